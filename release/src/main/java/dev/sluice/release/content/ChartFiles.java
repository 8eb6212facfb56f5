package dev.sluice.release.content;

import dev.sluice.release.version.Artifact;
import dev.sluice.release.version.Repository;
import dev.sluice.release.version.SemanticVersion;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A chart's files as they are released: of the release's version, with images by digest. Comments stay.
public final class ChartFiles {
    private ChartFiles() {}

    /// `Chart.yaml` of a version, with references of images in its annotations by digest.
    public static String chart(String text, SemanticVersion version, List<Artifact> images) {
        String changed = replaced(text, "(?m)^version: .*$", "version: " + version);
        changed = replaced(changed, "(?m)^appVersion: .*$", "appVersion: " + version);
        for (Artifact each : images) {
            changed = changed.replaceAll(
                    "(?m)^(\\s+image: )sluice/" + Pattern.quote(each.name()) + ":.*$",
                    "$1" + Matcher.quoteReplacement(each.reference()));
        }
        return changed;
    }

    /// `values.yaml` with the registry, and the digests of those images that it names.
    public static String values(String text, Repository registry, List<Artifact> images) {
        String changed = replaced(text, "(?m)^  registry: \"\"$", "  registry: " + registry.name());
        for (Artifact each : images) {
            changed = replaced(
                    changed,
                    "(?m)^(    repository: sluice/" + Pattern.quote(each.name())
                            + "\n(?:    (?!repository).*\n)*?    digest: )\"\"$",
                    "$1" + each.digest());
        }
        return changed;
    }

    /// The version of a chart's program, as `Chart.yaml` says it.
    public static String appVersion(String text) {
        Matcher line = Pattern.compile("(?m)^appVersion: (.*)$").matcher(text);
        if (!line.find()) {
            throw new IllegalStateException("Chart.yaml has no appVersion");
        }
        return line.group(1).strip();
    }

    private static String replaced(String text, String pattern, String replacement) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (matcher.results().count() != 1) {
            throw new IllegalStateException("a file of the chart must have this once: " + pattern);
        }
        return matcher.reset().replaceAll(replacement);
    }
}
