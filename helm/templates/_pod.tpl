{{- /*
What the pods of API, workers and migration have in common. Takes root, role, resources, environment, and of a worker its class.
*/ -}}
{{- define "palimpsest.pod" -}}
{{- $values := .root.Values -}}
{{- $class := .class | default dict -}}
{{- with $values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $values.serviceAccount }}
serviceAccountName: {{ . }}
{{- end }}
automountServiceAccountToken: false
# the variables it would set, such as PALIMPSEST_PORT, are no settings
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ $values.user }}
  runAsGroup: {{ $values.user }}
  fsGroup: {{ $values.user }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with $class.runtimeClass }}
runtimeClassName: {{ . }}
{{- end }}
{{- with $class.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $class.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if eq .role "api" }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "palimpsest.selector" .root | nindent 8 }}
        app.kubernetes.io/component: api
terminationGracePeriodSeconds: {{ $values.api.stopSeconds }}
{{- else if eq .role "worker" }}
# a trainer saves its last step, then the worker hands the job back
terminationGracePeriodSeconds: {{ add (include "palimpsest.checkpointSeconds" $class) 45 }}
{{- else }}
restartPolicy: Never
{{- end }}
containers:
  - name: {{ .role }}
    {{- $image := $class.image | default dict }}
    image: "{{ $image.repository | default $values.image.repository }}:{{ $image.tag | default $values.image.tag | default .root.Chart.AppVersion }}"
    imagePullPolicy: {{ $values.image.pullPolicy }}
    {{- if eq .role "migrate" }}
    args: [migrate]
    {{- else }}
    ports:
      - name: http
        containerPort: 8080
    {{- end }}
    env:
      - name: SPRING_DATASOURCE_URL
        value: {{ include "palimpsest.databaseUrl" .root | quote }}
      {{- include "palimpsest.secret" (list "SPRING_DATASOURCE_USERNAME" $values.database.existingSecret "username") | nindent 6 }}
      {{- include "palimpsest.secret" (list "SPRING_DATASOURCE_PASSWORD" $values.database.existingSecret "password") | nindent 6 }}
      # a database that is not there yet is waited for
      - name: SPRING_FLYWAY_CONNECT_RETRIES
        value: "60"
      - name: SPRING_FLYWAY_CONNECT_RETRIES_INTERVAL
        value: 5s
      {{- if ne .role "migrate" }}
      - name: PALIMPSEST_ROLE
        value: {{ .role }}
      - name: PALIMPSEST_MIGRATIONS
        value: await
      {{- include "palimpsest.artifacts" $values | nindent 6 }}
      {{- end }}
      {{- if eq .role "api" }}
      {{- include "palimpsest.secret" (list "PALIMPSEST_ACCESS_ADMIN_KEY" $values.access.existingSecret "admin-key") | nindent 6 }}
      {{- with $values.access.issuer }}
      - name: SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI
        value: {{ . | quote }}
      {{- end }}
      {{- with $values.hub.endpoint }}
      - name: PALIMPSEST_HUB_ENDPOINT
        value: {{ . | quote }}
      {{- end }}
      {{- with $values.hub.existingSecret }}
      {{- include "palimpsest.secret" (list "PALIMPSEST_HUB_TOKEN" . "token") | nindent 6 }}
      {{- end }}
      {{- end }}
      {{- if eq .role "worker" }}
      {{- include "palimpsest.worker" $class | nindent 6 }}
      {{- end }}
      {{- with $values.traces.endpoint }}
      - name: MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT
        value: {{ . | quote }}
      {{- end }}
      {{- with $values.logs.format }}
      - name: LOGGING_STRUCTURED_FORMAT_CONSOLE
        value: {{ . | quote }}
      - name: LOGGING_LEVEL_TRAINER
        value: debug
      {{- end }}
      {{- range $name, $value := .environment }}
      - name: {{ $name }}
        value: {{ $value | quote }}
      {{- end }}
    {{- if ne .role "migrate" }}
    # it answers once the migrations are made
    startupProbe:
      httpGet: {path: /actuator/health/liveness, port: http}
      periodSeconds: 5
      timeoutSeconds: 5
      failureThreshold: {{ div $values.migrations.waitSeconds 5 }}
    livenessProbe:
      httpGet: {path: /actuator/health/liveness, port: http}
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 6
    readinessProbe:
      httpGet: {path: /actuator/health/readiness, port: http}
      periodSeconds: 5
      timeoutSeconds: 5
    {{- end }}
    {{- if eq .role "api" }}
    # until then it may still be sent requests
    lifecycle:
      preStop:
        sleep: {seconds: 5}
    {{- end }}
    resources:
      {{- toYaml .resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    volumeMounts:
      {{- if ne .role "migrate" }}
      - name: home
        mountPath: /var/lib/palimpsest
      {{- end }}
      - name: temporary
        mountPath: /tmp
volumes:
  {{- if ne .role "migrate" }}
  - name: home
    persistentVolumeClaim:
      claimName: {{ $values.home.existingClaim | default (printf "%s-home" (include "palimpsest.name" .root)) }}
  {{- end }}
  - name: temporary
    emptyDir: {}
{{- end }}
