package dev.sluice.picker.extproc.message;

import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.RoutePools;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The route that a request took, as its stream's metadata tells.
///
/// @param rewrite how the route changes the request's path
public record Route(RoutePools pools, PathRewrite rewrite) {
    private static final Metadata.Key<String> POOL = Metadata.Key.of(Headers.POOL, Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> MOVABLE =
            Metadata.Key.of(Headers.MOVABLE, Metadata.ASCII_STRING_MARSHALLER);

    /// The lists that were read before, by their texts: a proxy has one for each of its rules and names it with every
    /// request.
    private static final Map<String, List<PoolId>> LISTS = new ConcurrentHashMap<>();

    private static final int MAX_LISTS = 1 << 10;

    /// @param otherwise the pool of streams that name none
    public static Route of(Metadata metadata, PoolId otherwise) {
        String pool = metadata.get(POOL);
        String movable = metadata.get(MOVABLE);
        return new Route(
                new RoutePools(pool == null ? otherwise : named(pool), movable == null ? List.of() : list(movable)),
                PathRewrite.of(metadata));
    }

    /// A text that names no pool becomes the id of an unknown pool: the request gets a refusal, not a broken stream.
    private static PoolId named(String name) {
        PoolId pool = parse(name);
        return pool == null ? new PoolId("", name) : pool;
    }

    private static List<PoolId> list(String names) {
        List<PoolId> known = LISTS.get(names);
        if (known != null) {
            return known;
        }
        List<PoolId> pools = new ArrayList<>();
        for (String name : names.split(",", -1)) {
            PoolId pool = parse(name.strip());
            if (pool != null) {
                pools.add(pool);
            }
        }
        if (LISTS.size() >= MAX_LISTS) {
            LISTS.clear();
        }
        List<PoolId> list = List.copyOf(pools);
        LISTS.put(names, list);
        return list;
    }

    private static @Nullable PoolId parse(String name) {
        try {
            return PoolId.parse(name);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
