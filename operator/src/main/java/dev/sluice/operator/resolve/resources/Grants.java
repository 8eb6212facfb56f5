package dev.sluice.operator.resolve.resources;

import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrantFrom;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrantTo;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The grants tell who may refer across namespaces: nobody, unless a ReferenceGrant of the namespace referred
/// to says so.
public record Grants(List<ReferenceGrant> all) {

    /// The referring side: a kind of Gateway API in a namespace.
    public record From(String kind, String namespace) {}

    /// The object that is referred to.
    public record To(String group, String kind, String namespace, String name) {}

    /// The reason why the reference is not permitted; empty when it is.
    public Optional<String> refusal(From from, To to) {
        if (from.namespace().equals(to.namespace()) || granted(from, to)) {
            return Optional.empty();
        }
        return Optional.of("no ReferenceGrant in namespace %s lets %ss of %s refer to %s %s"
                .formatted(to.namespace(), from.kind(), from.namespace(), to.kind(), to.name()));
    }

    private boolean granted(From from, To to) {
        return all.stream()
                .filter(grant -> to.namespace().equals(grant.getMetadata().getNamespace()))
                .map(ReferenceGrant::getSpec)
                .anyMatch(grant -> Resources.orEmpty(grant.getFrom()).stream().anyMatch(who -> names(who, from))
                        && Resources.orEmpty(grant.getTo()).stream().anyMatch(what -> names(what, to)));
    }

    private static boolean names(ReferenceGrantFrom grant, From from) {
        return Resources.GATEWAY_API.equals(grant.getGroup())
                && from.kind().equals(grant.getKind())
                && from.namespace().equals(grant.getNamespace());
    }

    private static boolean names(ReferenceGrantTo grant, To to) {
        return to.group().equals(Objects.requireNonNullElse(grant.getGroup(), ""))
                && to.kind().equals(grant.getKind())
                && (grant.getName() == null
                        || grant.getName().isEmpty()
                        || to.name().equals(grant.getName()));
    }
}
