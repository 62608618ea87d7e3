{{- /* A variable whose value is a secret's: its name, the secret's, the key. */ -}}
{{- define "palimpsest.secret" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ index . 1 }}
      key: {{ index . 2 }}
{{- end }}

{{- /* Where artifacts lie. */ -}}
{{- define "palimpsest.artifacts" -}}
{{- with .artifacts.s3 }}
{{- if .bucket }}
- name: PALIMPSEST_ARTIFACTS_S3_BUCKET
  value: {{ .bucket | quote }}
- name: PALIMPSEST_ARTIFACTS_S3_PATH_STYLE
  value: {{ .pathStyle | quote }}
{{- with .endpoint }}
- name: PALIMPSEST_ARTIFACTS_S3_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- with .region }}
- name: PALIMPSEST_ARTIFACTS_S3_REGION
  value: {{ . | quote }}
{{- end }}
{{- with .prefix }}
- name: PALIMPSEST_ARTIFACTS_S3_PREFIX
  value: {{ . | quote }}
{{- end }}
{{- with .existingSecret }}
{{ include "palimpsest.secret" (list "AWS_ACCESS_KEY_ID" . "access-key-id") }}
{{ include "palimpsest.secret" (list "AWS_SECRET_ACCESS_KEY" . "secret-access-key") }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "palimpsest.checkpointSeconds" -}}
{{ .checkpointSeconds | default 120 }}
{{- end }}

{{- /* What a class of workers is. */ -}}
{{- define "palimpsest.worker" -}}
- name: PALIMPSEST_WORKER_ID
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: PALIMPSEST_WORKER_DEVICE
  value: {{ .device | default "auto" | quote }}
{{- with .deviceClass }}
- name: PALIMPSEST_WORKER_DEVICE_CLASS
  value: {{ . | quote }}
{{- end }}
{{- with .labels }}
- name: PALIMPSEST_WORKER_LABELS
  value: {{ include "palimpsest.workerLabels" . | quote }}
{{- end }}
- name: PALIMPSEST_WORKER_SLOTS
  value: {{ .slots | default 1 | quote }}
- name: PALIMPSEST_WORKER_THREADS
  value: {{ .threads | default 0 | quote }}
- name: PALIMPSEST_WORKER_GRACE
  value: {{ include "palimpsest.checkpointSeconds" . }}s
- name: DB_SCHEDULER_SHUTDOWN_MAX_WAIT
  value: {{ add (include "palimpsest.checkpointSeconds" .) 15 }}s
{{- end }}

{{- define "palimpsest.workerLabels" -}}
{{- $pairs := list -}}
{{- range $name, $value := . }}{{ $pairs = append $pairs (printf "%s=%s" $name $value) }}{{ end -}}
{{- join "," $pairs -}}
{{- end }}

{{- /* Requests and limits of a class: one that is short of memory would be killed in the midst of a step. */ -}}
{{- define "palimpsest.workerResources" -}}
requests:
  cpu: {{ .cpu | default "2" | quote }}
  memory: {{ .memory | default "8Gi" }}
limits:
  memory: {{ .memory | default "8Gi" }}
  {{- with .gpus }}
  {{ $.gpuResource | default "nvidia.com/gpu" }}: {{ . }}
  {{- end }}
{{- end }}

{{- /* What libtorch calls the device. */ -}}
{{- define "palimpsest.kind" -}}
{{ gt (int .gpus) 0 | ternary "cuda" "cpu" }}
{{- end }}

{{- /* Of what jobs ask for, all that workers of the class take, as SQL. */ -}}
{{- define "palimpsest.takenClasses" -}}
{{- $taken := list (include "palimpsest.kind" .) -}}
{{- with .deviceClass }}{{ $taken = append $taken . }}{{ end -}}
{{- if dig "autoscaling" "any" true . }}{{ $taken = append $taken "any" }}{{ end -}}
{{- $quoted := list -}}
{{- range uniq $taken }}{{ $quoted = append $quoted (squote .) }}{{ end -}}
{{- join ", " $quoted -}}
{{- end }}
