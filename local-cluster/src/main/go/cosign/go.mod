module sluice.dev/e2e/cosign

go 1.24.0

require github.com/sigstore/cosign/v3 v3.1.3
