{{- define "virtual-kubelet.name" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "virtual-kubelet.service-account" -}}
{{- .Values.serviceAccount.name | default (include "virtual-kubelet.name" .) -}}
{{- end -}}

{{- define "virtual-kubelet.selector" -}}
app.kubernetes.io/name: virtual-kubelet
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "virtual-kubelet.labels" -}}
{{ include "virtual-kubelet.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "virtual-kubelet.node-names" -}}
{{- if gt (int .Values.node.count) 1 -}}
{{- range $index := until (int .Values.node.count) }}
- {{ printf "%s-%d" $.Values.node.name $index | quote }}
{{- end -}}
{{- else }}
- {{ .Values.node.name | quote }}
{{- end -}}
{{- end -}}

{{- define "virtual-kubelet.certificate-request-names" -}}
{{- if gt (int .Values.node.count) 1 -}}
{{- range $index := until (int .Values.node.count) }}
- {{ printf "virtual-kubelet-serving-%s-%d" $.Values.node.name $index | quote }}
{{- end -}}
{{- else }}
- {{ printf "virtual-kubelet-serving-%s" .Values.node.name | quote }}
{{- end -}}
{{- end -}}
