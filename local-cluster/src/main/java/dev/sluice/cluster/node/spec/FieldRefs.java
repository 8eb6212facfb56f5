package dev.sluice.cluster.node.spec;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The downward API: fields of a pod that its containers may read.
public record FieldRefs(Pod pod, String address, String nodeAddress) {
    private static final Pattern ENTRY = Pattern.compile("metadata\\.(labels|annotations)\\['(.+)']");

    String value(String field) throws StartFailure {
        ObjectMeta metadata = pod.getMetadata();
        Matcher entry = ENTRY.matcher(field);
        if (entry.matches()) {
            Map<String, String> map =
                    entry.group(1).equals("labels") ? metadata.getLabels() : metadata.getAnnotations();
            return map == null ? "" : map.getOrDefault(entry.group(2), "");
        }
        return switch (field) {
            case "metadata.name" -> metadata.getName();
            case "metadata.namespace" -> metadata.getNamespace();
            case "metadata.uid" -> metadata.getUid();
            case "metadata.labels" -> lines(metadata.getLabels());
            case "metadata.annotations" -> lines(metadata.getAnnotations());
            case "spec.nodeName" -> Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
            case "spec.serviceAccountName" -> pod.getSpec().getServiceAccountName();
            case "status.podIP", "status.podIPs" -> address;
            case "status.hostIP", "status.hostIPs" -> nodeAddress;
            default -> throw StartFailure.config("there is no field " + field);
        };
    }

    private static String lines(Map<String, String> entries) {
        return entries == null
                ? ""
                : entries.entrySet().stream()
                        .map(entry -> "%s=\"%s\"".formatted(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining("\n"));
    }
}
