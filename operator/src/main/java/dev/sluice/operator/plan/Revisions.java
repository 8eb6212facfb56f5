package dev.sluice.operator.plan;

import dev.sluice.operator.plan.Plan.Action;
import dev.sluice.operator.plan.Plan.Picker;
import dev.sluice.operator.plan.Plan.Pool;
import dev.sluice.operator.plan.Plan.Target;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The revisions of HTTPRoutes that lead to pools: each another text when what Envoys have to be told of it is another.
/// Endpoints are told by themselves and do not count.
public final class Revisions {

    /// The annotation by which an HTTPRoute says its revision; Envoy Gateway hands annotations of its own prefix on.
    public static final String ANNOTATION = "gateway.envoyproxy.io/sluice-revision";

    private static final int BYTES = 8;

    private Revisions() {}

    /// @return by `namespace/name`
    public static SortedMap<String, String> of(Plan plan) {
        Map<String, String> pools = plan.pools().stream().collect(Collectors.toMap(Pool::name, Revisions::text));
        SortedMap<String, StringBuilder> texts = new TreeMap<>();
        plan.listeners().stream()
                .flatMap(Plan.Listener::everyHost)
                .flatMap(host -> host.routes().stream())
                .distinct()
                .forEach(route -> {
                    if (route.action() instanceof Action.Forward forward) {
                        List<String> used = pools(forward).map(pools::get).toList();
                        if (!used.isEmpty()) {
                            texts.computeIfAbsent(owner(route.name()), _ -> new StringBuilder())
                                    .append(route)
                                    .append(used)
                                    .append('\n');
                        }
                    }
                });
        SortedMap<String, String> revisions = new TreeMap<>();
        texts.forEach((name, text) -> revisions.put(name, hash(text.toString())));
        return revisions;
    }

    private static String text(Pool pool) {
        Picker picker = pool.picker();
        return new Pool(
                        pool.name(),
                        pool.protocol(),
                        List.of(),
                        new Picker(picker.name(), List.of(), picker.tls(), picker.shared()),
                        pool.failOpen(),
                        pool.responseHeadersOnly())
                .toString();
    }

    private static Stream<String> pools(Action.Forward forward) {
        return Stream.of(
                        forward.targets().stream().map(Plan.WeightedTarget::target),
                        forward.mirrors().stream().map(Plan.Mirror::target))
                .flatMap(Function.identity())
                .flatMap(target -> target instanceof Target.ToPool(String pool) ? Stream.of(pool) : Stream.empty());
    }

    /// A planned route's name is that of its HTTPRoute with two numbers behind it.
    private static String owner(String route) {
        int match = route.lastIndexOf('/');
        return route.substring(0, route.lastIndexOf('/', match - 1));
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, BYTES);
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }
}
