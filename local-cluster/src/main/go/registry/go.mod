module sluice.dev/e2e/registry

go 1.24.0

require github.com/distribution/distribution/v3 v3.1.2
