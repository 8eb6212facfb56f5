package dev.sluice.cluster.node.spec;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Text of a manifest, in words that are true for a process without a network and a file system of its own.
///
/// * "Every address" and "this host" are the pod's address.
/// * A Service's DNS name is its cluster IP.
/// * A path within a mounted volume is one in the folder where that volume really is.
///
/// @param address the pod's
/// @param mounts from the path in the container to the path here
/// @param services finds the cluster IP of a Service by namespace and name
public record Translation(String address, Map<String, Path> mounts, Services services) {
    public interface Services {
        Optional<String> clusterIp(String namespace, String name) throws StartFailure;
    }

    private static final Pattern HOST = Pattern.compile("(?<![\\w.])(?:0\\.0\\.0\\.0|127\\.0\\.0\\.1)(?!\\w|\\.\\d)");
    private static final Pattern DNS_NAME =
            Pattern.compile("(?<![\\w.-])([a-z](?:[a-z0-9-]*[a-z0-9])?)\\.([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\\.svc"
                    + "(?:\\.cluster\\.local\\.?)?(?![\\w-]|\\.\\w)");

    public Translation {
        mounts = Map.copyOf(mounts);
    }

    /// The same for a container with a file system of its own, where volumes are at the paths that the manifest says.
    public Translation withoutMounts() {
        return new Translation(address, Map.of(), services);
    }

    public String of(String text) throws StartFailure {
        return paths(services(HOST.matcher(text).replaceAll(address)));
    }

    private String services(String text) throws StartFailure {
        Matcher matcher = DNS_NAME.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            String found =
                    services.clusterIp(matcher.group(2), matcher.group(1)).orElse(matcher.group());
            matcher.appendReplacement(result, Matcher.quoteReplacement(found));
        }
        return matcher.appendTail(result).toString();
    }

    private String paths(String text) {
        List<String> longestFirst = mounts.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        if (longestFirst.isEmpty()) {
            return text;
        }
        // One pass, so that a path that was translated is not translated again.
        String any = String.join("|", longestFirst.stream().map(Pattern::quote).toList());
        return Pattern.compile("(?<![\\w./-])(" + any + ")(?![\\w.-])")
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        Objects.requireNonNull(mounts.get(found.group(1))).toString()));
    }
}
