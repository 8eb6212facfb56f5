package dev.sluice.release.version;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A version by semver.org 2.0.0 without build metadata: tags of a registry have no `+`.
///
/// @param core such as `1.2.3`
/// @param preRelease such as `rc.1`; empty for none
public record SemanticVersion(String core, String preRelease) {
    private static final String NUMBER = "(?:0|[1-9]\\d*)";
    private static final String IDENTIFIER = "(?:" + NUMBER + "|\\d*[a-zA-Z-][0-9a-zA-Z-]*)";
    private static final Pattern FORM = Pattern.compile(
            "(%s\\.%s\\.%s)(?:-(%s(?:\\.%s)*))?".formatted(NUMBER, NUMBER, NUMBER, IDENTIFIER, IDENTIFIER));

    /// @throws IllegalArgumentException for any other text
    public static SemanticVersion parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "VERSION is no semantic version: '%s'. Give one such as 1.2.3 or 1.2.3-rc.1, without v and +build."
                            .formatted(text));
        }
        String preRelease = matcher.group(2);
        return new SemanticVersion(matcher.group(1), preRelease == null ? "" : preRelease);
    }

    @Override
    public String toString() {
        return preRelease.isEmpty() ? core : core + "-" + preRelease;
    }
}
