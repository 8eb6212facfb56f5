package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `NOTICE` names each library that images have, with the licences that its authors give it. This module's class path
/// has those of all images.
class NoticeTest {
    private static final Path NOTICE = Path.of("../NOTICE");

    /// Written by the build, which refuses licences that are not on its list.
    private static final Path LIBRARIES = Path.of("target/generated-sources/license/THIRD-PARTY.txt");

    /// Such as `(EPL-2.0) (LGPL-2.1-only) Logback Core Module (ch.qos.logback:logback-core:1.6.5 - http://…)`.
    private static final Pattern LIBRARY =
            Pattern.compile("\\s+((?:\\((?:[^()]|\\([^()]*\\))*\\) )+).*\\(([^:() ]+:[^:() ]+):\\S+ - .*\\)");

    private static final String HEAD = """
            Sluice
            Copyright The Sluice authors

            Licensed under the Apache License, Version 2.0; see LICENSE.

            The sluice command and the container images have these libraries, under the licences in brackets; of several the
            first that is on the build's list. The images have a Java runtime too (OpenJDK, GPL-2.0 with the classpath
            exception), and files of Debian packages, each with its copyright file under /usr/share/doc.

            """;

    @Test
    void noticeNamesEachLibrary() throws IOException {
        String text = HEAD
                + Files.readAllLines(LIBRARIES).stream()
                        .map(LIBRARY::matcher)
                        .filter(Matcher::matches)
                        .map(line -> line.group(2) + " " + line.group(1).strip() + "\n")
                        .sorted()
                        .collect(Collectors.joining());
        assertThat(text.lines()).hasSizeGreaterThan(100);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(NOTICE, text);
        }
        assertThat(text)
                .as("NOTICE differs; run NoticeTest with -Dgolden.update")
                .isEqualTo(Files.exists(NOTICE) ? Files.readString(NOTICE) : "");
    }
}
