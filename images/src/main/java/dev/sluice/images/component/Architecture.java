package dev.sluice.images.component;

import java.util.Locale;

/// A processor that images are built for, by the name that images and Debian have for it.
public enum Architecture {
    AMD64("x86_64-linux-gnu", "linux-x86_64"),
    ARM64("aarch64-linux-gnu", "linux-aarch_64");

    private final String libraries;
    private final String classifier;

    /// @param libraries the folder of its shared libraries below `/usr/lib`
    /// @param classifier how jars with native code name it
    Architecture(String libraries, String classifier) {
        this.libraries = libraries;
        this.classifier = classifier;
    }

    /// The processor of this machine.
    public static Architecture host() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64", "x86_64" -> AMD64;
            case "aarch64", "arm64" -> ARM64;
            default -> throw new IllegalStateException("images are for amd64 and arm64; this machine is " + name);
        };
    }

    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String libraries() {
        return libraries;
    }

    /// Whether a jar holds native code, and that for another processor only.
    public boolean isForeign(String jar) {
        for (Architecture other : values()) {
            if (other != this && jar.contains(other.classifier)) {
                return true;
            }
        }
        return false;
    }
}
