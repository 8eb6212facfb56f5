package dev.sluice.operator.envoy;

import io.envoyproxy.controlplane.cache.ConfigWatcher;
import io.envoyproxy.controlplane.cache.DeltaResponse;
import io.envoyproxy.controlplane.cache.DeltaWatch;
import io.envoyproxy.controlplane.cache.DeltaXdsRequest;
import io.envoyproxy.controlplane.cache.Response;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.XdsRequest;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps a cache from sending what an Envoy has just refused, or has already.
///
/// A refusal asks again and names the version that the Envoy still has. The cache sees only that there is a newer
/// one and would send it at once, to be refused at once, without end. Here the refused version stands in for the
/// old one, so that the cache waits for the next.
///
/// To an Envoy that connects again the cache would send all that it asks for by name. Versions say what it has.
final class RefusalMemory implements ConfigWatcher {

    private record Subscription(String gateway, String node, String type) {

        static Subscription of(Node node, String type) {
            return new Subscription(node.getCluster(), node.getId(), type);
        }
    }

    /// A listener that has gone goes on to ask for its routes while it drains, which takes minutes: an Envoy that got
    /// no answer for that would not get the routes of the others either.
    private static final boolean ANSWERS_ONLY_IN_FULL = false;

    private final ConfigWatcher cache;
    private final Map<Subscription, String> sent = new ConcurrentHashMap<>();

    RefusalMemory(ConfigWatcher cache) {
        this.cache = cache;
    }

    /// Forgets an Envoy that has gone.
    void forget(Node node) {
        sent.keySet().removeIf(known -> known.equals(Subscription.of(node, known.type())));
    }

    @Override
    public Watch createWatch(
            boolean ads,
            XdsRequest request,
            Set<String> knownResourceNames,
            Consumer<Response> responseConsumer,
            boolean hasClusterChanged,
            boolean allowDefaultEmptyEdsUpdate) {
        Subscription subscription = Subscription.of(request.v3Request().getNode(), request.getTypeUrl());
        return cache.createWatch(
                ANSWERS_ONLY_IN_FULL,
                request.hasErrorDetail() ? asIfAccepted(request, sent.get(subscription)) : request,
                Set.copyOf(request.getResourceNamesList()),
                response -> {
                    sent.put(subscription, response.version());
                    responseConsumer.accept(response);
                },
                hasClusterChanged,
                allowDefaultEmptyEdsUpdate);
    }

    @Override
    public DeltaWatch createDeltaWatch(
            DeltaXdsRequest request,
            String requesterVersion,
            Map<String, String> resourceVersions,
            Set<String> pendingResources,
            boolean isWildcard,
            Consumer<DeltaResponse> responseConsumer,
            boolean hasClusterChanged) {
        return cache.createDeltaWatch(
                request,
                requesterVersion,
                resourceVersions,
                pendingResources,
                isWildcard,
                responseConsumer,
                hasClusterChanged);
    }

    private static XdsRequest asIfAccepted(XdsRequest request, @Nullable String refused) {
        return refused == null
                ? request
                : XdsRequest.create(
                        request.v3Request().toBuilder().setVersionInfo(refused).build());
    }
}
