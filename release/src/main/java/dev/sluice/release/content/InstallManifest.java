package dev.sluice.release.content;

import java.util.List;
import java.util.stream.Collectors;

/// The file for clusters without Helm: the charts' objects without what says that Helm manages them.
public final class InstallManifest {
    public static final String NAMESPACE = "sluice-system";

    private InstallManifest() {}

    /// @param origin a sentence for the file's first line
    /// @param charts the objects of each chart as YAML, in the order in which they are applied
    public static String of(String origin, List<String> charts) {
        String head = """
                # Sluice with the default values of its charts, for `kubectl apply --server-side -f`. %s
                ---
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: %s
                  labels:
                    app.kubernetes.io/part-of: sluice
                """.formatted(origin, NAMESPACE);
        return (head + String.join("", charts))
                        .lines()
                        .filter(line -> !line.strip().startsWith("helm.sh/"))
                        .filter(line -> !line.strip().equals("app.kubernetes.io/managed-by: Helm"))
                        .collect(Collectors.joining("\n"))
                + "\n";
    }
}
