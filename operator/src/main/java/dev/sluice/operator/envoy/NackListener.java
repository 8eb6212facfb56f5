package dev.sluice.operator.envoy;

import io.envoyproxy.controlplane.server.DiscoveryServerCallbacks;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears what Envoys refuse, logs it, and tells whoever wants to know.
final class NackListener implements DiscoveryServerCallbacks {

    private static final Logger LOG = LoggerFactory.getLogger(NackListener.class);

    private final Consumer<Nack> onNack;

    NackListener(Consumer<Nack> onNack) {
        this.onNack = onNack;
    }

    @Override
    public void onV3StreamRequest(long streamId, DiscoveryRequest request) {
        if (request.hasErrorDetail()) {
            report(new Nack(
                    request.getNode().getId(),
                    request.getTypeUrl(),
                    request.getVersionInfo(),
                    request.getErrorDetail().getMessage()));
        }
    }

    @Override
    public void onV3StreamDeltaRequest(long streamId, DeltaDiscoveryRequest request) {
        if (request.hasErrorDetail()) {
            report(new Nack(
                    request.getNode().getId(),
                    request.getTypeUrl(),
                    "",
                    request.getErrorDetail().getMessage()));
        }
    }

    private void report(Nack nack) {
        LOG.atWarn()
                .addKeyValue("node", nack.node())
                .addKeyValue("type", nack.type())
                .addKeyValue("version", nack.version())
                .addKeyValue("message", nack.message())
                .log("Envoy refused a configuration and keeps the last good one");
        onNack.accept(nack);
    }
}
