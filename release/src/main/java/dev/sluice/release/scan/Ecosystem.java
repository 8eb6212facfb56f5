package dev.sluice.release.scan;

/// A kind of packages that advisories speak of, each with an export of the OSV database of its own.
public enum Ecosystem {
    MAVEN("Maven", "pkg:maven/"),
    DEBIAN("Debian", "pkg:deb/debian/");

    private final String label;
    private final String prefix;

    Ecosystem(String label, String prefix) {
        this.label = label;
        this.prefix = prefix;
    }

    /// The name of its folder in a database, which has an `all.zip`.
    public String label() {
        return label;
    }

    boolean has(String packageUrl) {
        return packageUrl.startsWith(prefix);
    }
}
