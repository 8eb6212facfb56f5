package dev.sluice.images.application;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// The flags that the build's tests run with too, and the build's version.
///
/// @param common flags of every component
record JvmFlags(String version, List<String> common) {
    /// A root file system is read-only, a user may have no name and so no home.
    private static final List<String> CONTAINER = List.of("-XX:-UsePerfData", "-Duser.home=/tmp");

    static JvmFlags ofTheBuild() throws IOException {
        Properties build = new Properties();
        try (InputStream file = JvmFlags.class.getResourceAsStream("/dev/sluice/images/build.properties")) {
            build.load(file);
        }
        List<String> common = new ArrayList<>(List.of(build.getProperty("jvm").split(" +")));
        common.addAll(CONTAINER);
        return new JvmFlags(build.getProperty("version"), List.copyOf(common));
    }
}
