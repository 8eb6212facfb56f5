{{/* Labels of every object of the chart; the argument is a dict of `root` and the `name` of what it belongs to. */}}
{{- define "sluice.labels" -}}
{{- $own := dict
    "app.kubernetes.io/name" .name
    "app.kubernetes.io/part-of" "sluice"
    "app.kubernetes.io/instance" .root.Release.Name
    "app.kubernetes.io/version" .root.Chart.AppVersion
    "app.kubernetes.io/managed-by" .root.Release.Service
    "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version) }}
{{- merge $own (.root.Values.commonLabels | default dict) | toYaml }}
{{- end }}

{{/*
An object's labels and annotations; the argument is a dict of `root`, the `name` of what it belongs to, and perhaps
`annotations` and `labels` of its own.
*/}}
{{- define "sluice.marks" -}}
labels:
  {{- with .labels }}{{ toYaml . | nindent 2 }}{{ end }}
  {{- include "sluice.labels" . | nindent 2 }}
{{- with merge (dict) (.annotations | default dict) (.root.Values.commonAnnotations | default dict) }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What a Deployment and its Service select: no more than the name, as selectors cannot change. */}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ . }}
{{- end }}

{{/* The reference of one of Sluice's own images; the argument is a dict of `root` and the `image`. */}}
{{- define "sluice.image" -}}
{{- with .root.Values.images.registry }}{{ trimSuffix "/" . }}/{{ end }}
{{- .image.repository }}
{{- with .image.digest }}@{{ . }}{{ else }}:{{ .image.tag | default .root.Chart.AppVersion }}{{ end }}
{{- end }}

{{/*
The arguments that say how many replicas there are; the argument is a dict of the flags' `prefix` and the `values`. Where
no cluster is asked (`helm template`), it is taken for one of several nodes.
*/}}
{{- define "sluice.scale" -}}
{{- $scaling := .values.autoscaling }}
{{- if $scaling.enabled -}}
- {{ .prefix }}-replicas={{ $scaling.minReplicas }}
- {{ .prefix }}-max-replicas={{ $scaling.maxReplicas }}
- {{ .prefix }}-cpu-utilization={{ $scaling.targetCPUUtilizationPercentage }}
{{- else if kindIs "invalid" .values.replicas }}
{{- $nodes := lookup "v1" "Node" "" "" -}}
- {{ .prefix }}-replicas={{ ternary 1 2 (and (hasKey $nodes "items") (lt (len (get $nodes "items" | default list)) 2)) }}
{{- else -}}
- {{ .prefix }}-replicas={{ .values.replicas }}
{{- end }}
{{- end }}

{{/* The ServiceAccount that the picker of all pools runs as. */}}
{{- define "sluice.pickerAccount" -}}
{{ .Values.picker.serviceAccount.name | default "sluice-endpoint-picker" }}
{{- end }}

{{/* The ServiceAccount that the operator runs as. */}}
{{- define "sluice.operatorAccount" -}}
{{ .Values.operator.serviceAccount.name | default "sluice-operator" }}
{{- end }}
