package dev.sluice.cluster.node.spec;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/// The resources of a container's manifest, as the container may read it. Nothing is enforced here.
final class Resources {
    private Resources() {}

    /// @param ref such as `limits.memory`, in units of its divisor
    static String value(Container container, ResourceFieldSelector ref) throws StartFailure {
        String[] path = ref.getResource().split("\\.", 2);
        ResourceRequirements resources = container.getResources();
        Map<String, Quantity> values = resources == null
                ? null
                : switch (path[0]) {
                    case "limits" -> resources.getLimits();
                    case "requests" -> resources.getRequests();
                    default -> throw StartFailure.config("there is no resource " + ref.getResource());
                };
        Quantity value = values == null ? null : values.get(path[1]);
        if (value == null) {
            return "0";
        }
        BigDecimal divisor =
                ref.getDivisor() == null ? BigDecimal.ONE : ref.getDivisor().getNumericalAmount();
        BigDecimal unit = divisor.signum() == 0 ? BigDecimal.ONE : divisor;
        return value.getNumericalAmount().divide(unit, 0, RoundingMode.CEILING).toPlainString();
    }
}
