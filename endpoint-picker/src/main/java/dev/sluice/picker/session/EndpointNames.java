package dev.sluice.picker.session;

import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongBiFunction;
import java.util.stream.IntStream;

/// The names of endpoints by one key, kept because each request of a session asks for them. As endpoints come and go,
/// all
/// are forgotten now and then. Thread-safe.
final class EndpointNames {
    private static final int MOST_NAMES = 1 << 14;

    private final ToLongBiFunction<PoolId, EndpointId> hash;
    private final Map<PoolId, Map<EndpointId, Name>> names = new ConcurrentHashMap<>();
    private final Map<PoolId, Positions> positions = new ConcurrentHashMap<>();

    private record Name(long value) {}

    /// The positions of the endpoints in a pool's list, by their names.
    private static final class Positions {
        final List<EndpointId> endpoints;
        private final long[] sorted;
        /// The position of the endpoint whose name stands at the same index of `sorted`.
        private final int[] byName;

        Positions(List<EndpointId> endpoints, long[] names) {
            this.endpoints = endpoints;
            this.byName = IntStream.range(0, names.length)
                    .boxed()
                    .sorted(Comparator.comparingLong(position -> names[position]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            this.sorted =
                    Arrays.stream(byName).mapToLong(position -> names[position]).toArray();
        }

        int find(long name) {
            int index = Arrays.binarySearch(sorted, name);
            return index < 0 ? -1 : byName[index];
        }
    }

    /// @param hash computes a name
    EndpointNames(ToLongBiFunction<PoolId, EndpointId> hash) {
        this.hash = hash;
    }

    long name(PoolId pool, EndpointId endpoint) {
        Map<EndpointId, Name> known = names.get(pool);
        Name name = known == null ? null : known.get(endpoint);
        return name == null ? remember(pool, endpoint) : name.value();
    }

    private long remember(PoolId pool, EndpointId endpoint) {
        long name = hash.applyAsLong(pool, endpoint);
        Map<EndpointId, Name> known = names.computeIfAbsent(pool, _ -> new ConcurrentHashMap<>());
        if (known.size() >= MOST_NAMES || names.size() >= MOST_NAMES) {
            names.clear();
        }
        known.put(endpoint, new Name(name));
        return name;
    }

    /// The position of the endpoint of that name, or -1. The names of all endpoints are looked up once for each new
    /// list
    /// of a pool.
    int position(PoolId pool, List<EndpointId> endpoints, long name) {
        Positions known = positions.get(pool);
        if (known == null || !known.endpoints.equals(endpoints)) {
            known = new Positions(
                    endpoints,
                    endpoints.stream().mapToLong(each -> name(pool, each)).toArray());
            if (positions.size() >= MOST_NAMES) {
                positions.clear();
            }
            positions.put(pool, known);
        }
        return known.find(name);
    }
}
