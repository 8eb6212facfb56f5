{{/* Labels of every object of the chart; the argument is a dict of `root` and the object's `name`. */}}
{{- define "sluice.labels" -}}
{{ include "sluice.selector" .name }}
app.kubernetes.io/part-of: sluice
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{/* What a Deployment and its Service select: no more than the name, as selectors cannot change. */}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ . }}
{{- end }}

{{/* The reference of one of Sluice's own images; the argument is a dict of `root` and the `image`. */}}
{{- define "sluice.image" -}}
{{- with .root.Values.images.registry }}{{ trimSuffix "/" . }}/{{ end }}
{{- .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- end }}
