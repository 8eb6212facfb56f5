package dev.sluice.picker.signals.adapters;

import dev.sluice.picker.pool.signal.AdapterState;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A server's answers about its models and adapters.
///
/// @param health statuses of its gRPC health services, by name; empty before an answer
/// @param models names in its list of models; null without an answer
record AdapterEvidence(
        Map<String, ServingStatus> health, @Nullable Set<String> models) {

    /// The state of each adapter. A health service that knows the adapter counts more than the list of models,
    /// which may name an adapter that cannot be used.
    Map<String, AdapterState> judge(Set<String> adapters) {
        Map<String, AdapterState> states = new HashMap<>();
        for (String adapter : adapters) {
            AdapterState told = byHealth(adapter);
            states.put(adapter, isAnswer(told) ? told : byModels(adapter, told));
        }
        return states;
    }

    private static boolean isAnswer(AdapterState told) {
        return told == AdapterState.SERVING || told == AdapterState.NOT_SERVING;
    }

    /// The state by health services. A server that knows no model's name at all has a health service for itself
    /// only and says nothing of adapters. A server that knows some names lacks the adapters whose names it does
    /// not know.
    private AdapterState byHealth(String adapter) {
        return switch (health.getOrDefault(adapter, ServingStatus.UNKNOWN)) {
            case SERVING -> AdapterState.SERVING;
            case NOT_SERVING -> AdapterState.NOT_SERVING;
            case SERVICE_UNKNOWN ->
                health.containsValue(ServingStatus.SERVING) || health.containsValue(ServingStatus.NOT_SERVING)
                        ? AdapterState.ABSENT
                        : AdapterState.UNKNOWN;
            case UNKNOWN, UNRECOGNIZED -> AdapterState.UNKNOWN;
        };
    }

    private AdapterState byModels(String adapter, AdapterState otherwise) {
        if (models == null) {
            return otherwise;
        }
        return models.contains(adapter) ? AdapterState.SERVING : AdapterState.ABSENT;
    }
}
