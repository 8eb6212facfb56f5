{{/* The name of the definition that others may have installed. */}}
{{- define "sluice-crds.inferencePool" -}}
inferencepools.inference.networking.k8s.io
{{- end }}

{{/* Whether the cluster has a definition of InferencePool that is not of this release: "true", or empty. */}}
{{- define "sluice-crds.foreignInferencePool" -}}
{{- $name := include "sluice-crds.inferencePool" . }}
{{- with lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" $name }}
{{- $annotations := .metadata.annotations | default dict }}
{{- $release := index $annotations "meta.helm.sh/release-name" }}
{{- $namespace := index $annotations "meta.helm.sh/release-namespace" }}
{{- if not (and (eq ($release | default "") $.Release.Name) (eq ($namespace | default "") $.Release.Namespace)) -}}
true
{{- end }}
{{- end }}
{{- end }}
