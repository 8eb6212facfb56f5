package dev.sluice.picker.signals.gpu;

import java.util.List;
import java.util.Map;

/// A GPU or MIG instance and its pod, from an exporter's labels.
///
/// @param namespace of the pod, empty where the labels have none
/// @param pod that the GPU is allocated to, empty where it is free or the labels do not say
/// @param instance number of the MIG instance, empty for a whole GPU
/// @param profile of the instance, such as `3g.40gb`
/// @param model the product's name
record GpuId(String namespace, String pod, String uuid, String instance, String profile, String model) {
    /// Label names, the first present counts: Prometheus moves an exporter's own `pod` to `exported_pod`, and
    /// exporters in their old format have `pod_name`.
    private static final List<String> POD = List.of("exported_pod", "pod", "pod_name");

    private static final List<String> NAMESPACE = List.of("exported_namespace", "namespace", "pod_namespace");
    private static final List<String> UUID = List.of("UUID", "uuid", "gpu");

    static GpuId of(Map<String, String> labels) {
        return new GpuId(
                first(labels, NAMESPACE),
                first(labels, POD),
                first(labels, UUID),
                labels.getOrDefault("GPU_I_ID", ""),
                labels.getOrDefault("GPU_I_PROFILE", ""),
                labels.getOrDefault("modelName", ""));
    }

    /// The accelerator that rates are learned for; a MIG profile is an accelerator of its own.
    String accelerator() {
        return profile.isEmpty() ? model : model + " MIG " + profile;
    }

    boolean isOf(String otherNamespace, String otherPod) {
        return pod.equals(otherPod) && (namespace.isEmpty() || namespace.equals(otherNamespace));
    }

    private static String first(Map<String, String> labels, List<String> names) {
        return names.stream()
                .map(name -> labels.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
    }
}
