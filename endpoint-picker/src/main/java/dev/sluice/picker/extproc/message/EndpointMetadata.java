package dev.sluice.picker.extproc.message;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.picker.identity.EndpointSubset;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the proxy's hints about endpoints from the metadata of a message.
public final class EndpointMetadata {
    private EndpointMetadata() {}

    /// The subset hint: a list, or one string with commas; or null when the message has none.
    public static @Nullable EndpointSubset subset(Metadata metadata) {
        Struct namespace = metadata.getFilterMetadataMap().get(Headers.SUBSET_NAMESPACE);
        if (namespace == null) {
            return null;
        }
        Value hint = namespace.getFieldsMap().get(Headers.SUBSET);
        if (hint == null) {
            return null;
        }
        Set<String> addresses = new HashSet<>();
        if (hint.hasListValue()) {
            for (Value item : hint.getListValue().getValuesList()) {
                addAll(addresses, item.getStringValue());
            }
        } else {
            addAll(addresses, hint.getStringValue());
        }
        return new EndpointSubset.Only(addresses);
    }

    /// The endpoint that served the request, or null when the proxy does not say.
    public static @Nullable String served(Metadata metadata) {
        Struct namespace = metadata.getFilterMetadataMap().get(Headers.LB_NAMESPACE);
        if (namespace == null) {
            return null;
        }
        Value served = namespace.getFieldsMap().get(Headers.SERVED);
        return served == null || served.getStringValue().isEmpty() ? null : served.getStringValue();
    }

    private static void addAll(Set<String> addresses, String commaSeparated) {
        for (String address : commaSeparated.split(",", -1)) {
            if (!address.isBlank()) {
                addresses.add(address.strip());
            }
        }
    }
}
