module sluice.dev/e2e/kubeconform

go 1.24.0

require github.com/yannh/kubeconform v0.8.0
