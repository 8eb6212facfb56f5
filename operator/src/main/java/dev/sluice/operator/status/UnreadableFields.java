package dev.sluice.operator.status;

import dev.sluice.api.ApiDuration;
import dev.sluice.api.v1alpha1.InferencePoolPolicySpec;
import dev.sluice.api.v1alpha1.PrometheusServer;
import dev.sluice.api.v1alpha1.Signals;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the values of a policy that a schema lets through and no picker can read.
final class UnreadableFields {

    private final List<String> found = new ArrayList<>();

    private UnreadableFields() {}

    /// A sentence that names the first such field.
    static Optional<String> firstOf(InferencePoolPolicySpec spec) {
        UnreadableFields fields = new UnreadableFields();
        fields.signals(spec.signals());
        return fields.found.stream().findFirst();
    }

    private void signals(Signals signals) {
        positive("spec.signals.pollInterval", signals.pollInterval());
        positive("spec.signals.staleness", signals.staleness());
        positive("spec.signals.adapterHealth.interval", signals.adapterHealth().interval());
        positive("spec.signals.dcgm.interval", signals.dcgm().interval());
        PrometheusServer server = signals.prometheus();
        if (server != null) {
            url("spec.signals.prometheus.url", server.url());
            positive("spec.signals.prometheus.interval", server.interval());
            positive("spec.signals.prometheus.staleness", server.staleness());
        }
    }

    private void positive(String field, String value) {
        try {
            if (!ApiDuration.parse(value).isPositive()) {
                found.add(field + ": must be more than " + value);
            }
        } catch (IllegalArgumentException bad) {
            found.add(field + ": " + bad.getMessage());
        }
    }

    private void url(String field, String value) {
        try {
            if (new URI(value).getHost() == null) {
                found.add(field + ": " + value + " names no host");
            }
        } catch (URISyntaxException bad) {
            found.add(field + ": " + bad.getMessage());
        }
    }
}
