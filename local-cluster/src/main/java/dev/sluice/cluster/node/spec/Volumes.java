package dev.sluice.cluster.node.spec;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The volumes of a pod as folders. They are written when the pod starts, and stay as they are.
///
/// @param folder holds a folder for each volume
public record Volumes(Pod pod, Path folder, PodApi api, FieldRefs fields) {
    /// Tokens are not renewed here.
    private static final Duration TOKEN_LIFETIME = Duration.ofDays(365);

    private static final Set<PosixFilePermission> ANY_USER = PosixFilePermissions.fromString("rwxrwxrwx");

    /// The real path of each one that some container mounts. A path within it is mounted with it.
    public Map<String, Path> mounts() {
        Map<String, Path> mounts = new HashMap<>();
        pod.getSpec().getInitContainers().forEach(container -> mounts.putAll(mounts(container)));
        pod.getSpec().getContainers().forEach(container -> mounts.putAll(mounts(container)));
        return mounts;
    }

    private Map<String, Path> mounts(Container container) {
        Map<String, Path> mounts = new HashMap<>();
        container.getVolumeMounts().forEach(mount -> mounts.put(path(mount), source(mount)));
        return mounts;
    }

    static String path(VolumeMount mount) {
        return mount.getMountPath().replaceAll("/+$", "");
    }

    /// The real path of what is mounted.
    Path source(VolumeMount mount) {
        Path source = pod.getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals(mount.getName()))
                .filter(volume -> volume.getHostPath() != null)
                .map(volume -> Path.of(volume.getHostPath().getPath()))
                .findFirst()
                .orElseGet(() -> folder.resolve(mount.getName()));
        return mount.getSubPath() == null ? source : source.resolve(mount.getSubPath());
    }

    /// Only folders that are empty at first and those of the node can be written to.
    boolean isReadOnly(VolumeMount mount) {
        return Boolean.TRUE.equals(mount.getReadOnly())
                || pod.getSpec().getVolumes().stream()
                        .filter(volume -> volume.getName().equals(mount.getName()))
                        .noneMatch(volume -> volume.getEmptyDir() != null || volume.getHostPath() != null);
    }

    /// Writes those that these containers mount.
    public void write(Collection<Container> containers, Translation translation) throws StartFailure, IOException {
        Set<String> mounted = containers.stream()
                .flatMap(container -> container.getVolumeMounts().stream())
                .map(VolumeMount::getName)
                .collect(Collectors.toSet());
        for (Volume volume : pod.getSpec().getVolumes()) {
            if (!mounted.contains(volume.getName())) {
                continue;
            }
            Path target = Files.createDirectories(folder.resolve(volume.getName()));
            if (volume.getConfigMap() != null) {
                var source = volume.getConfigMap();
                configMap(source.getName(), source.getOptional(), source.getItems(), target, translation);
            } else if (volume.getSecret() != null) {
                var source = volume.getSecret();
                secret(source.getSecretName(), source.getOptional(), source.getItems(), target);
            } else if (volume.getDownwardAPI() != null) {
                downward(volume.getDownwardAPI().getItems(), target);
            } else if (volume.getProjected() != null) {
                for (VolumeProjection source : volume.getProjected().getSources()) {
                    project(source, target, translation);
                }
            } else if (volume.getEmptyDir() != null) {
                Files.setPosixFilePermissions(target, ANY_USER);
            } else if (volume.getHostPath() == null) {
                throw new StartFailure(
                        "ContainerCreating", "volume %s is of a kind not known here".formatted(volume.getName()));
            }
        }
    }

    private void project(VolumeProjection source, Path target, Translation translation)
            throws StartFailure, IOException {
        if (source.getConfigMap() != null) {
            var map = source.getConfigMap();
            configMap(map.getName(), map.getOptional(), map.getItems(), target, translation);
        } else if (source.getSecret() != null) {
            var secret = source.getSecret();
            secret(secret.getName(), secret.getOptional(), secret.getItems(), target);
        } else if (source.getDownwardAPI() != null) {
            downward(source.getDownwardAPI().getItems(), target);
        } else if (source.getServiceAccountToken() != null) {
            ServiceAccountTokenProjection token = source.getServiceAccountToken();
            List<String> audiences = token.getAudience() == null ? List.of() : List.of(token.getAudience());
            write(
                    target,
                    token.getPath(),
                    api.token(pod, audiences, TOKEN_LIFETIME).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void configMap(String name, Boolean optional, List<KeyToPath> items, Path target, Translation translation)
            throws StartFailure, IOException {
        Optional<ConfigMap> found = api.configMap(pod.getMetadata().getNamespace(), name);
        if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw missing("configmap", name);
        }
        if (found.isPresent()) {
            Map<String, byte[]> data = new HashMap<>();
            for (var entry : orEmpty(found.get().getData()).entrySet()) {
                data.put(entry.getKey(), translation.of(entry.getValue()).getBytes(StandardCharsets.UTF_8));
            }
            data.putAll(decoded(found.get().getBinaryData()));
            select(data, items, target);
        }
    }

    private void secret(String name, Boolean optional, List<KeyToPath> items, Path target)
            throws StartFailure, IOException {
        Optional<Secret> found = api.secret(pod.getMetadata().getNamespace(), name);
        if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw missing("secret", name);
        }
        if (found.isPresent()) {
            select(decoded(found.get().getData()), items, target);
        }
    }

    private void downward(List<DownwardAPIVolumeFile> items, Path target) throws StartFailure, IOException {
        for (DownwardAPIVolumeFile item : items) {
            String value = fields.value(item.getFieldRef().getFieldPath());
            write(target, item.getPath(), value.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void select(Map<String, byte[]> data, List<KeyToPath> items, Path target) throws IOException {
        if (items == null || items.isEmpty()) {
            for (var entry : data.entrySet()) {
                write(target, entry.getKey(), entry.getValue());
            }
            return;
        }
        for (KeyToPath item : items) {
            if (data.containsKey(item.getKey())) {
                write(target, item.getPath(), data.get(item.getKey()));
            }
        }
    }

    private static void write(Path target, String path, byte[] content) throws IOException {
        Path file = target.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private static StartFailure missing(String kind, String name) {
        return new StartFailure("ContainerCreating", "%s \"%s\" not found".formatted(kind, name));
    }

    private static Map<String, String> orEmpty(Map<String, String> data) {
        return Objects.requireNonNullElse(data, Map.of());
    }

    private static Map<String, byte[]> decoded(Map<String, String> data) {
        Function<String, byte[]> decode = Base64.getDecoder()::decode;
        Map<String, byte[]> decoded = new HashMap<>();
        orEmpty(data).forEach((key, value) -> decoded.put(key, decode.apply(value)));
        return decoded;
    }
}
