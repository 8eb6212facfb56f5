package dev.sluice.operator.resolve;

import dev.sluice.operator.resolve.resources.Installation;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import java.util.List;

/// The GatewayClasses decide which Gateways are the installation's.
public record GatewayClasses(List<GatewayClass> all, Installation installation) {

    /// The name of the GatewayClass that is Sluice's own.
    public static final String SLUICE = "sluice";

    public boolean isOurs(GatewayClass gatewayClass) {
        return installation.controllerName().equals(gatewayClass.getSpec().getControllerName());
    }

    /// The name says enough where there is no GatewayClass at all, as in a folder.
    public boolean isOurs(Gateway gateway) {
        String wanted = gateway.getSpec().getGatewayClassName();
        return all.isEmpty()
                ? SLUICE.equals(wanted)
                : all.stream()
                        .anyMatch(each ->
                                isOurs(each) && each.getMetadata().getName().equals(wanted));
    }
}
