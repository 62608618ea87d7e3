{{- /* What an API pod and a worker pod have in common. Takes root, role, resources, environment, worker. */ -}}
{{- define "palimpsest.pod" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
automountServiceAccountToken: false
# the variables it would set, such as PALIMPSEST_PORT, are no settings
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .root.Values.user }}
  runAsGroup: {{ .root.Values.user }}
  fsGroup: {{ .root.Values.user }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if eq .role "worker" }}
# a trainer that is asked to stop has 15 seconds
terminationGracePeriodSeconds: 45
{{- end }}
containers:
  - name: {{ .role }}
    {{- $image := (.worker | default dict).image | default dict }}
    image: "{{ $image.repository | default .root.Values.image.repository }}:{{ $image.tag | default .root.Values.image.tag | default .root.Chart.AppVersion }}"
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    ports:
      - name: http
        containerPort: 8080
    env:
      - name: PALIMPSEST_ROLE
        value: {{ .role }}
      - name: SPRING_DATASOURCE_URL
        value: {{ include "palimpsest.databaseUrl" .root | quote }}
      - name: SPRING_DATASOURCE_USERNAME
        valueFrom:
          secretKeyRef:
            name: {{ include "palimpsest.databaseSecret" .root }}
            key: username
      - name: SPRING_DATASOURCE_PASSWORD
        valueFrom:
          secretKeyRef:
            name: {{ include "palimpsest.databaseSecret" .root }}
            key: password
      {{- if ne .role "worker" }}
      - name: PALIMPSEST_ACCESS_ADMIN_KEY
        valueFrom:
          secretKeyRef:
            name: {{ include "palimpsest.accessSecret" .root }}
            key: admin-key
      {{- with .root.Values.access.issuer }}
      - name: SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI
        value: {{ . | quote }}
      {{- end }}
      {{- with .root.Values.hub.endpoint }}
      - name: PALIMPSEST_HUB_ENDPOINT
        value: {{ . | quote }}
      {{- end }}
      {{- with .root.Values.hub.existingSecret }}
      - name: PALIMPSEST_HUB_TOKEN
        valueFrom:
          secretKeyRef:
            name: {{ . }}
            key: token
      {{- end }}
      {{- end }}
      {{- with .worker }}
      - name: PALIMPSEST_WORKER_ID
        valueFrom:
          fieldRef:
            fieldPath: metadata.name
      - name: PALIMPSEST_WORKER_DEVICE
        value: {{ .device | default "auto" | quote }}
      - name: PALIMPSEST_WORKER_THREADS
        value: {{ .threads | default 0 | quote }}
      {{- end }}
      {{- with .root.Values.traces.endpoint }}
      - name: MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT
        value: {{ . | quote }}
      {{- end }}
      {{- with .root.Values.logs.format }}
      - name: LOGGING_STRUCTURED_FORMAT_CONSOLE
        value: {{ . | quote }}
      - name: LOGGING_LEVEL_TRAINER
        value: debug
      {{- end }}
      {{- range $name, $value := .environment }}
      - name: {{ $name }}
        value: {{ $value | quote }}
      {{- end }}
    # migrating a large database may take its time
    startupProbe:
      httpGet: {path: /actuator/health/liveness, port: http}
      periodSeconds: 2
      failureThreshold: 150
    livenessProbe:
      httpGet: {path: /actuator/health/liveness, port: http}
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 6
    readinessProbe:
      httpGet: {path: /actuator/health/readiness, port: http}
      periodSeconds: 5
      timeoutSeconds: 5
    resources:
      {{- toYaml .resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    volumeMounts:
      - name: home
        mountPath: /var/lib/palimpsest
      - name: temporary
        mountPath: /tmp
volumes:
  - name: home
    persistentVolumeClaim:
      claimName: {{ .root.Values.home.existingClaim | default (printf "%s-home" (include "palimpsest.name" .root)) }}
  - name: temporary
    emptyDir: {}
{{- end }}
