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

{{- define "palimpsest.databaseHost" -}}
{{- if .Values.postgres.enabled -}}
{{ include "palimpsest.name" . }}-postgres
{{- else -}}
{{ required "postgres.enabled is false: database.host must name a PostgreSQL" .Values.database.host }}
{{- end -}}
{{- end }}

{{- define "palimpsest.databasePort" -}}
{{ .Values.postgres.enabled | ternary 5432 .Values.database.port }}
{{- end }}

{{- define "palimpsest.databaseName" -}}
{{ .Values.postgres.enabled | ternary "palimpsest" .Values.database.name }}
{{- end }}

{{- define "palimpsest.databaseUrl" -}}
jdbc:postgresql://{{ include "palimpsest.databaseHost" . }}:{{ include "palimpsest.databasePort" . }}/{{ include "palimpsest.databaseName" . }}
{{- if not .Values.postgres.enabled }}?sslmode={{ .Values.database.sslMode }}{{ end }}
{{- end }}

{{- /* The port of the S3 endpoint, which is named or follows from its scheme. */ -}}
{{- define "palimpsest.s3Port" -}}
{{- $endpoint := urlParse (.Values.artifacts.s3.endpoint | default "https://s3") -}}
{{- $named := regexFind ":[0-9]+$" $endpoint.host | trimPrefix ":" -}}
{{- $named | default (eq $endpoint.scheme "http" | ternary "80" "443") -}}
{{- end }}
