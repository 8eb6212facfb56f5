package dev.sluice.operator;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.operator.resolve.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Resources from documents of YAML.
public record YamlResources(List<HasMetadata> objects) implements Resources {

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "Gateway", Gateway.class,
            "HTTPRoute", HTTPRoute.class,
            "ReferenceGrant", ReferenceGrant.class,
            "InferencePool", InferencePool.class,
            "InferenceModel", InferenceModel.class,
            "InferencePoolPolicy", InferencePoolPolicy.class,
            "Service", Service.class,
            "Pod", Pod.class);

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
        return Serialization.unmarshal(yaml, KINDS.get(kind.group(1)));
    }

    private <T> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public List<Gateway> gateways() {
        return all(Gateway.class);
    }

    @Override
    public List<HTTPRoute> httpRoutes() {
        return all(HTTPRoute.class);
    }

    @Override
    public List<ReferenceGrant> referenceGrants() {
        return all(ReferenceGrant.class);
    }

    @Override
    public List<InferencePool> inferencePools() {
        return all(InferencePool.class);
    }

    @Override
    public List<InferenceModel> inferenceModels() {
        return all(InferenceModel.class);
    }

    @Override
    public List<InferencePoolPolicy> inferencePoolPolicies() {
        return all(InferencePoolPolicy.class);
    }

    @Override
    public List<Service> services() {
        return all(Service.class);
    }

    @Override
    public List<Pod> pods() {
        return all(Pod.class);
    }
}
