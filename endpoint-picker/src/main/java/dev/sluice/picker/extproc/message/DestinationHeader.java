package dev.sluice.picker.extproc.message;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.picker.choice.Hashing;
import dev.sluice.picker.pool.Endpoint;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import java.util.List;
import java.util.StringJoiner;

/// The destination of a request, as Envoy wants to be told: once in a header and once in metadata.
///
/// The two are the same for every request to an endpoint, and making them costs more than choosing it did. So the last
/// ones are kept in a small table; a destination that meets another one's place makes itself anew.
record DestinationHeader(String addresses, HeaderValueOption header, Struct metadata) {
    private static final int PLACE_BITS = 10;

    /// Records are safe to publish without a barrier, and an old one does no harm.
    private static final DestinationHeader[] KEPT = new DestinationHeader[1 << PLACE_BITS];

    /// @param limit how many of the endpoints to name
    static DestinationHeader of(List<Endpoint> endpoints, int limit) {
        String addresses = addresses(endpoints, limit);
        int place = Hashing.slot(addresses.hashCode(), PLACE_BITS);
        DestinationHeader kept = KEPT[place];
        if (kept == null || !kept.addresses.equals(addresses)) {
            kept = new DestinationHeader(addresses, Replies.set(Headers.DESTINATION, addresses), metadata(addresses));
            KEPT[place] = kept;
        }
        return kept;
    }

    private static String addresses(List<Endpoint> endpoints, int limit) {
        if (limit == 1 || endpoints.size() == 1) {
            return endpoints.getFirst().address();
        }
        StringJoiner joined = new StringJoiner(",");
        for (int i = 0; i < Math.min(limit, endpoints.size()); i++) {
            joined.add(endpoints.get(i).address());
        }
        return joined.toString();
    }

    private static Struct metadata(String addresses) {
        return struct(
                Headers.LB_NAMESPACE,
                Value.newBuilder()
                        .setStructValue(
                                struct(Headers.DESTINATION, Value.newBuilder().setStringValue(addresses))));
    }

    private static Struct struct(String key, Value.Builder value) {
        return Struct.newBuilder().putFields(key, value.build()).build();
    }
}
