// Package plugintesting takes the built provider through HashiCorp's terraform-plugin-testing, with
// the Terraform of TF_ACC_TERRAFORM_PATH, against the local service.
package plugintesting

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
)

// The provider's address: of a host that has none, so that it comes from the mirror or not at all.
const source = "mirror.test/pulumiservice/pulumiservice"

// Which Terraform this is.
var terraform *version.Version

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(code)
}

// Runs the tests with a mirror that holds the provider, and a local service that has the groups'
// organizations.
func run(m *testing.M) (int, error) {
	programs, err := filepath.Abs(filepath.Join("..", "..", "target", "debug"))
	if err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp("", "plugin-testing")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	settings, err := mirror(folder, filepath.Join(programs, "terraform-provider-pulumiservice"))
	if err != nil {
		return 0, err
	}
	if terraform, err = engine(); err != nil {
		return 0, err
	}

	var arguments []string
	for _, group := range groups {
		arguments = append(arguments, "--org", group.org)
	}
	service := exec.Command(filepath.Join(programs, "emulator"), arguments...)
	service.Stderr = os.Stderr
	output, err := service.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := service.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = service.Process.Kill()
		_ = service.Wait()
	}()
	url, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return 0, fmt.Errorf("the local service gives no address: %w", err)
	}
	for name, value := range map[string]string{
		"TF_CLI_CONFIG_FILE":  settings,
		"TF_ACC_TEMP_DIR":     folder,
		"PULUMI_BACKEND_URL":  strings.TrimSpace(url),
		"PULUMI_ACCESS_TOKEN": "pul-lab-access",
	} {
		if err := os.Setenv(name, value); err != nil {
			return 0, err
		}
	}
	return m.Run(), nil
}

// Makes a mirror that holds the provider, and gives the CLI settings that install it from there.
func mirror(folder, provider string) (string, error) {
	platform := runtime.GOOS + "_" + runtime.GOARCH
	mirrored := filepath.Join(folder, "mirror")
	plugins := filepath.Join(mirrored, filepath.FromSlash(source), "1.0.0", platform)
	if err := os.MkdirAll(plugins, 0o755); err != nil {
		return "", err
	}
	if err := os.Symlink(provider, filepath.Join(plugins, filepath.Base(provider))); err != nil {
		return "", err
	}
	settings := filepath.Join(folder, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n filesystem_mirror {\n path = %q\n}\n}\n", mirrored)
	return settings, os.WriteFile(settings, []byte(text), 0o600)
}

// Asks the Terraform under test for its version.
func engine() (*version.Version, error) {
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if path == "" {
		return nil, fmt.Errorf("TF_ACC_TERRAFORM_PATH has to name a Terraform")
	}
	command := exec.Command(path, "version", "-json")
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s doesn't tell its version: %w", path, err)
	}
	var said struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(output, &said); err != nil {
		return nil, err
	}
	found, err := version.NewVersion(said.Version)
	if err != nil {
		return nil, err
	}
	// A release candidate has what its release will have.
	return found.Core(), nil
}
