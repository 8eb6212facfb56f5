package dev.sluice.picker.signals.gpu;

import java.util.List;
import java.util.Map;

/// One GPU, or one MIG instance of one, and the pod it is given to, as an exporter's labels say.
///
/// @param namespace of the pod, empty when the labels name none
/// @param pod that has it, empty when it is free or nobody says
/// @param instance of a GPU that is cut into several, empty for a whole one
/// @param profile of the instance, such as `3g.40gb`
/// @param model the product's name
public record GpuId(String namespace, String pod, String uuid, String instance, String profile, String model) {
    /// Where a Prometheus server has put its own `pod` for the exporter's pod, the exporter's stands under
    /// `exported_pod`;
    /// the last names are those of exporters that are told to keep their old labels.
    private static final List<String> POD = List.of("exported_pod", "pod", "pod_name");

    private static final List<String> NAMESPACE = List.of("exported_namespace", "namespace", "pod_namespace");
    private static final List<String> UUID = List.of("UUID", "uuid", "gpu");

    public static GpuId of(Map<String, String> labels) {
        return new GpuId(
                first(labels, NAMESPACE),
                first(labels, POD),
                first(labels, UUID),
                labels.getOrDefault("GPU_I_ID", ""),
                labels.getOrDefault("GPU_I_PROFILE", ""),
                labels.getOrDefault("modelName", ""));
    }

    /// What rates are learned for: a slice of a GPU is a kind of its own.
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
