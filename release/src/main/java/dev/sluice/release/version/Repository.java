package dev.sluice.release.version;

import java.util.regex.Pattern;

/// The place at a registry that everything of a release stands below, such as `registry.example/team`.
public record Repository(String name) {
    private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9.-]+(?::\\d+)?(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*");

    public Repository {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "--registry is no place at a registry: '%s'. Give a host, perhaps with a port and a path in small letters, such as registry.example/team, without a scheme."
                            .formatted(name));
        }
    }

    /// The repository of an image, without tag.
    public String image(String image) {
        return name + "/sluice/" + image;
    }

    /// The repository of a chart, without tag.
    public String chart(String chart) {
        return charts() + "/" + chart;
    }

    /// The folder of charts: `helm push` adds their names.
    public String charts() {
        return name + "/charts";
    }
}
