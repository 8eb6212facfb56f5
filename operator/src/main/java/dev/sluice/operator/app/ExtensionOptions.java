package dev.sluice.operator.app;

import dev.sluice.operator.extension.ExtensionServer;
import dev.sluice.operator.plan.Plan;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of an operator whose Gateways another gateway runs.
final class ExtensionOptions {

    /// The gateway that runs Envoys.
    enum GatewayMode {
        MANAGED,
        ENVOYGATEWAY
    }

    @Option(
            names = "--gateway-mode",
            description =
                    "Managed: Sluice runs the Envoys of Gateways. EnvoyGateway: Envoy Gateway does, and asks Sluice at --extension-port.",
            defaultValue = "Managed")
    private GatewayMode mode = GatewayMode.MANAGED;

    @Option(
            names = "--extension-port",
            description = "The port of the extension server that Envoy Gateway asks.",
            defaultValue = "5005")
    private int port;

    @Option(
            names = "--extension-cert-path",
            paramLabel = "DIR",
            description =
                    "The folder of the extension server's tls.crt and tls.key; with a ca.crt, Envoy Gateway must show a certificate of it. Without the option it speaks in the clear.")
    private @Nullable Path certificates;

    boolean isOn() {
        return mode == GatewayMode.ENVOYGATEWAY;
    }

    ExtensionServer.@Nullable Options options(String bindAddress, Plan.Address endpoints) {
        return isOn()
                ? new ExtensionServer.Options(new InetSocketAddress(bindAddress, port), certificates, endpoints)
                : null;
    }
}
