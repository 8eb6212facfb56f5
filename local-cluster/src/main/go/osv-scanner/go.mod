module sluice.dev/e2e/osv-scanner

go 1.27.0

toolchain go1.27.3

require github.com/google/osv-scanner/v2 v2.6.0
