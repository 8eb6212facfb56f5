package dev.sluice.release.scan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A bill of materials as a scanner takes it: with Debian packages under the names of their sources.
///
/// Debian's advisories name packages of sources, `glibc` and not `libc6`; a scanner that reads a bill compares names.
///
/// @param json CycloneDX
/// @param ecosystems the kinds of packages in it
public record ScannedBill(String json, Set<Ecosystem> ecosystems) {
    private static final Pattern UPSTREAM = Pattern.compile("[?&]upstream=([^&#]+)");

    public ScannedBill {
        ecosystems = Set.copyOf(ecosystems);
    }

    /// @param text a bill in CycloneDX's JSON
    /// @throws IllegalArgumentException if it is none, or names no package
    public static ScannedBill of(String name, String text) {
        JsonNode bill;
        try {
            bill = new ObjectMapper().readTree(text);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException(name + " is no JSON: " + broken.getOriginalMessage(), broken);
        }
        Set<Ecosystem> ecosystems = EnumSet.noneOf(Ecosystem.class);
        for (JsonNode component : bill.path("components")) {
            String packageUrl = component.path("purl").asText();
            for (Ecosystem each : Ecosystem.values()) {
                if (each.has(packageUrl)) {
                    ecosystems.add(each);
                }
            }
            Matcher upstream = UPSTREAM.matcher(packageUrl);
            if (Ecosystem.DEBIAN.has(packageUrl) && upstream.find()) {
                nameBySource((ObjectNode) component, upstream.group(1));
            }
        }
        if (ecosystems.isEmpty()) {
            throw new IllegalArgumentException(name + " names no package of Maven or Debian.");
        }
        return new ScannedBill(bill.toString(), ecosystems);
    }

    /// @param upstream such as `glibc`, or `gcc-14%4014.2.0-19` where the sources have another version
    private static void nameBySource(ObjectNode component, String upstream) {
        // A `+` of a package URL is written as it is.
        String[] source = URLDecoder.decode(upstream.replace("+", "%2B"), StandardCharsets.UTF_8)
                .split("@", 2);
        component.put("name", source[0]);
        if (source.length > 1) {
            component.put("version", source[1]);
        }
    }
}
