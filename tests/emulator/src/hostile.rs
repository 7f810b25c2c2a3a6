//! Texts that no client should repeat as they are.

/// Texts to put into what the service says, such as [`Token::listed_as`](crate::Token::listed_as):
/// each of these secrets, alone, within a sentence and in base64; escape sequences, control and
/// format characters, marks that turn the direction of reading; and a megabyte of letters.
pub fn hostile_texts(secrets: &[&str]) -> Vec<String> {
    let secrets = secrets.iter().flat_map(|secret| {
        [(*secret).to_owned(), format!("by <{secret}>, who else"), base64(secret.as_bytes())]
    });
    let marks = [
        "\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7}\u{1b}[2J",
        "one\r\ntwo\u{0}three\u{8}\u{7f}\u{9b}4m",
        "\u{202e}desrever\u{202c} \u{2066}isolated\u{2069} \u{200f}\u{200e}",
        "zero\u{200b}width\u{feff}\u{ad}\u{2028}\u{e0041}",
    ];
    let long = "long".repeat(256 << 10);
    secrets.chain(marks.map(str::to_owned)).chain([long]).collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(*chunk.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let digit = char::from(DIGITS[bits >> (18 - 6 * at) & 63]);
            text.push(if at <= chunk.len() { digit } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_everyone_writes_it() {
        for (plain, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }
}
