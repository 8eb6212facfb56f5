package dev.sluice.operator;

import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Resources from documents of YAML.
public record YamlResources(List<HasMetadata> objects) implements Resources {

    private static final Map<String, Class<? extends HasMetadata>> BY_NAME =
            Resources.KINDS.stream().collect(Collectors.toMap(kind -> HasMetadata.getKind(kind), Function.identity()));

    private static final Pattern KIND = Pattern.compile("(?m)^kind: *(\\w+)$");

    public static YamlResources parse(String yaml) {
        return new YamlResources(Arrays.stream(yaml.split("(?m)^---$"))
                .filter(document -> !document.isBlank())
                .map(YamlResources::document)
                .toList());
    }

    /// The same objects in another order.
    public YamlResources shuffled(long seed) {
        List<HasMetadata> shuffled = new ArrayList<>(objects);
        Collections.shuffle(shuffled, new Random(seed));
        return new YamlResources(shuffled);
    }

    private static HasMetadata document(String yaml) {
        Matcher kind = KIND.matcher(yaml);
        if (!kind.find()) {
            throw new IllegalArgumentException("no kind in " + yaml);
        }
        return Serialization.unmarshal(yaml, BY_NAME.get(kind.group(1)));
    }

    @Override
    public <T extends HasMetadata> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
