package dev.sluice.cluster.node.spec;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The variables of a container, as its manifest says.
public record Environment(PodApi api, String namespace, FieldRefs fields) {
    /// `$$(NAME)` stands for itself without the first sign.
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([A-Za-z_.-][\\w.-]*)\\)");

    public Map<String, String> of(Container container) throws StartFailure {
        Map<String, String> variables = new LinkedHashMap<>();
        for (EnvFromSource source : container.getEnvFrom()) {
            String prefix = Objects.requireNonNullElse(source.getPrefix(), "");
            entries(source).forEach((key, value) -> variables.put(prefix + key, value));
        }
        for (EnvVar variable : container.getEnv()) {
            if (variable.getValueFrom() == null) {
                String value = Objects.requireNonNullElse(variable.getValue(), "");
                variables.put(variable.getName(), expand(value, variables));
            } else {
                Optional<String> value = value(container, variable.getValueFrom());
                value.ifPresent(present -> variables.put(variable.getName(), present));
            }
        }
        return variables;
    }

    /// Puts values in for `$(NAME)`; an unknown one stays.
    public static String expand(String text, Map<String, String> variables) {
        return REFERENCE.matcher(text).replaceAll(found -> {
            String name = found.group(1);
            String value = name == null ? "$" : variables.getOrDefault(name, found.group());
            return Matcher.quoteReplacement(value);
        });
    }

    private Optional<String> value(Container container, EnvVarSource source) throws StartFailure {
        if (source.getFieldRef() != null) {
            return Optional.of(fields.value(source.getFieldRef().getFieldPath()));
        }
        if (source.getResourceFieldRef() != null) {
            return Optional.of(Resources.value(container, source.getResourceFieldRef()));
        }
        if (source.getConfigMapKeyRef() != null) {
            var ref = source.getConfigMapKeyRef();
            Map<String, String> data = configMap(ref.getName(), Boolean.TRUE.equals(ref.getOptional()));
            return entry(data, "ConfigMap", ref.getName(), ref.getKey(), Boolean.TRUE.equals(ref.getOptional()));
        }
        if (source.getSecretKeyRef() != null) {
            var ref = source.getSecretKeyRef();
            Map<String, String> data = secret(ref.getName(), Boolean.TRUE.equals(ref.getOptional()));
            return entry(data, "Secret", ref.getName(), ref.getKey(), Boolean.TRUE.equals(ref.getOptional()));
        }
        throw StartFailure.config("a variable comes from a source that is not known here: " + source);
    }

    private static Optional<String> entry(
            Map<String, String> data, String kind, String name, String key, boolean optional) throws StartFailure {
        if (!data.containsKey(key) && !optional) {
            throw StartFailure.config("couldn't find key %s in %s %s".formatted(key, kind, name));
        }
        return Optional.ofNullable(data.get(key));
    }

    private Map<String, String> entries(EnvFromSource source) throws StartFailure {
        if (source.getConfigMapRef() != null) {
            var ref = source.getConfigMapRef();
            return configMap(ref.getName(), Boolean.TRUE.equals(ref.getOptional()));
        }
        var ref = source.getSecretRef();
        return secret(ref.getName(), Boolean.TRUE.equals(ref.getOptional()));
    }

    private Map<String, String> configMap(String name, boolean optional) throws StartFailure {
        return api.configMap(namespace, name)
                .map(map -> Objects.requireNonNullElse(map.getData(), Map.<String, String>of()))
                .or(() -> optional ? Optional.of(Map.of()) : Optional.empty())
                .orElseThrow(() -> StartFailure.config("configmap \"%s\" not found".formatted(name)));
    }

    private Map<String, String> secret(String name, boolean optional) throws StartFailure {
        Map<String, String> encoded = api.secret(namespace, name)
                .map(secret -> Objects.requireNonNullElse(secret.getData(), Map.<String, String>of()))
                .or(() -> optional ? Optional.of(Map.of()) : Optional.empty())
                .orElseThrow(() -> StartFailure.config("secret \"%s\" not found".formatted(name)));
        Map<String, String> decoded = new LinkedHashMap<>();
        encoded.forEach((key, value) ->
                decoded.put(key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
        return decoded;
    }
}
