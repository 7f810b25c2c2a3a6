//! No file uses one that uses it, by whatever way.
//!
//! A `mod.rs` that only hands a name on is not used by who imports that name: the name's file is.
//! The folder of one kind of object below `provider/access` counts as one file: its parts are about
//! the type that its `mod.rs` declares.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::{below, none_of};

/// A module's path from the crate's root, such as `["cloud", "tokens", "list"]`.
type Module = Vec<String>;

/// What files say of one another.
#[derive(Default)]
struct Imports {
    /// Each module with the paths that it imports, from the crate's root on.
    paths: BTreeMap<Module, Vec<Module>>,
    /// The names that a module hands on, with where it has them from.
    handed_on: BTreeMap<(Module, String), Module>,
}

#[test]
fn files_do_not_use_each_other() {
    let mut imports = Imports::default();
    for source in below("src", ".rs") {
        let path = source.path.trim_start_matches("src/").trim_end_matches(".rs");
        let module = split(path.trim_end_matches("/mod"), "/");
        imports.add(&module, &source.working_code());
    }
    imports.join_kinds();
    let found = imports.circle().map(|circle| circle.join(" → "));
    none_of(found.into_iter().collect(), "files that use each other");
}

impl Imports {
    fn add(&mut self, module: &Module, code: &str) {
        let mut paths = Vec::new();
        let children = children_of(code);
        let absolute = |path: &str| from_root(module, &children, &split(path, "::"));
        for statement in code.split(';') {
            let (before, tree) = statement.rsplit_once("use ").unwrap_or((statement, ""));
            let handed_on = before.trim_end().ends_with(')') || before.trim_end().ends_with("pub");
            for path in leaves(tree).iter().filter_map(|path| absolute(path)) {
                match (handed_on, path.last()) {
                    // A module that hands itself on is found by its own name.
                    (true, Some(_)) if path[..path.len() - 1] == module[..] => {}
                    (true, Some(name)) => {
                        self.handed_on.insert((module.clone(), name.clone()), path);
                    }
                    _ => paths.push(path),
                }
            }
            paths.extend(inline(before).iter().filter_map(|path| absolute(path)));
        }
        self.paths.insert(module.clone(), paths);
    }

    /// The file that a path leads to.
    fn file_of(&self, path: &[String]) -> Option<Module> {
        let mut at: Module = Vec::new();
        for (index, name) in path.iter().enumerate() {
            let deeper: Module = at.iter().chain([name]).cloned().collect();
            let is_module = self.paths.keys().any(|known| known.starts_with(&deeper));
            let is_last = index + 1 == path.len();
            if let Some(from) = self.handed_on.get(&(at.clone(), name.clone()))
                && (is_last || !is_module)
            {
                let rest = path[index + 1..].iter();
                return self.file_of(&from.iter().chain(rest).cloned().collect::<Module>());
            }
            if !is_module {
                break;
            }
            at = deeper;
        }
        self.paths.contains_key(&at).then_some(at)
    }

    /// Makes one file of each folder of a kind of object.
    fn join_kinds(&mut self) {
        for (module, paths) in std::mem::take(&mut self.paths) {
            self.paths.entry(kind_or_file(module)).or_default().extend(paths);
        }
    }

    /// Some files that use each other, each the next one, if there are any.
    fn circle(&self) -> Option<Vec<String>> {
        let mut clear = BTreeSet::new();
        self.paths.keys().find_map(|module| self.search(module, &mut Vec::new(), &mut clear))
    }

    fn search(
        &self,
        module: &Module,
        way: &mut Vec<Module>,
        clear: &mut BTreeSet<Module>,
    ) -> Option<Vec<String>> {
        if clear.contains(module) {
            return None;
        }
        if let Some(at) = way.iter().position(|other| other == module) {
            let circle = way[at..].iter().chain([module]);
            return Some(circle.map(|module| module.join("/")).collect());
        }
        way.push(module.clone());
        let used = self.paths[module].iter().filter_map(|path| self.file_of(path));
        let found =
            used.filter(|used| used != module).find_map(|used| self.search(&used, way, clear));
        way.pop();
        clear.insert(module.clone());
        found
    }
}

fn kind_or_file(mut module: Module) -> Module {
    if module.starts_with(&["provider".to_owned(), "access".to_owned()]) {
        module.truncate(3);
    }
    module
}

/// The modules that a file declares.
fn children_of(code: &str) -> BTreeSet<&str> {
    code.lines().filter_map(|line| line.rsplit_once("mod ")?.1.strip_suffix(';')).collect()
}

/// The paths that stand in code, such as `super::registry::Open`.
fn inline(code: &str) -> Vec<String> {
    let of_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let paths = code.split(|c| !of_path(c));
    let paths = paths.filter(|path| path.starts_with("crate::") || path.starts_with("super::"));
    paths.map(|path| path.trim_end_matches(':').to_owned()).collect()
}

/// A path as it is written, from the crate's root on; `None` for one that leads out of the crate.
fn from_root(module: &Module, children: &BTreeSet<&str>, written: &[String]) -> Option<Module> {
    let (first, rest) = written.split_first()?;
    let mut path = match first.as_str() {
        "crate" => Vec::new(),
        "self" => module.clone(),
        "super" => module[..module.len() - 1].to_vec(),
        child if children.contains(child) => [module.as_slice(), &[child.to_owned()]].concat(),
        _ => return None,
    };
    for name in rest {
        match name.as_str() {
            "super" => _ = path.pop(),
            name => path.push(name.to_owned()),
        }
    }
    Some(path)
}

/// The paths of a tree of imports, each whole: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn leaves(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((head, group)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree).trim();
        return vec![path.trim_end_matches("::self").to_owned()];
    };
    let inner = group.rsplit_once('}').map_or(group, |(inner, _)| inner);
    let (mut found, mut depth, mut start) = (Vec::new(), 0, 0);
    let ends = inner.char_indices().chain([(inner.len(), ',')]);
    for (at, c) in ends {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = inner[start..at].trim();
                found.extend(leaves(part).iter().map(|leaf| format!("{head}{leaf}")));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|path| !path.ends_with("::"));
    found.iter().map(|path| path.trim_end_matches("::self").to_owned()).collect()
}

fn split(path: &str, by: &str) -> Module {
    path.split(by).map(str::to_owned).collect()
}

#[test]
fn a_circle_is_seen_however_it_is_imported() {
    let of = |files: &[(&str, &str)]| {
        let mut imports = Imports::default();
        for (path, code) in files {
            imports.add(&split(path, "/"), code);
        }
        imports.circle()
    };
    let root = ("cloud", "mod a;\nmod b;\npub use a::A;\npub(crate) use b::{self, B, deep::C};\n");
    assert_eq!(of(&[root, ("cloud/a", "use super::B;"), ("cloud/b", "use std::fmt;")]), None);
    for import in [
        "use super::A;",
        "use crate::cloud::{Z, A};",
        "use super::a;",
        "use super::a::{self, X as Y};",
        "fn f(_: super::a::X) {}",
    ] {
        let found = of(&[root, ("cloud/a", "use super::B;"), ("cloud/b", import)]);
        assert_eq!(found.map(|circle| circle.len()), Some(3), "{import}");
    }
    let own = ("cloud", "mod a;\nuse a::A;\nstruct Own;");
    assert!(of(&[own, ("cloud/a", "use super::Own;")]).is_some());
}
