{{- define "palimpsest.name" -}}
{{- $full := printf "%s-%s" .Release.Name .Chart.Name -}}
{{- if contains .Chart.Name .Release.Name }}{{ $full = .Release.Name }}{{ end -}}
{{- $full | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{- define "palimpsest.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "palimpsest.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "palimpsest.databaseSecret" -}}
{{ .Values.database.existingSecret | default (printf "%s-database" (include "palimpsest.name" .)) }}
{{- end }}

{{- define "palimpsest.accessSecret" -}}
{{ .Values.access.existingSecret | default (printf "%s-access" (include "palimpsest.name" .)) }}
{{- end }}

{{- define "palimpsest.databaseUrl" -}}
{{- if .Values.postgres.enabled -}}
jdbc:postgresql://{{ include "palimpsest.name" . }}-postgres/palimpsest
{{- else -}}
{{ required "postgres.enabled is false: database.url must be jdbc:postgresql://HOST/DATABASE" .Values.database.url }}
{{- end -}}
{{- end }}
