package dev.sluice.images.evidence;

import dev.sluice.images.application.Application;
import dev.sluice.images.application.Library;
import dev.sluice.images.base.DebianPackage;
import dev.sluice.images.process.Hash;
import dev.sluice.images.runtime.JavaRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Metadata;

/// An image's bill of materials as CycloneDX: its jars, its Java, and the Debian packages whose files it has.
public final class BillOfMaterials {
    private final Bom bom = new Bom();

    private BillOfMaterials() {}

    /// The bill of an image; with a base of somebody else, that base has a bill of its own.
    public static BillOfMaterials of(
            Application application, JavaRuntime java, List<DebianPackage> packages, Instant created)
            throws IOException {
        BillOfMaterials bill = new BillOfMaterials();
        Metadata metadata = new Metadata();
        metadata.setTimestamp(Date.from(created));
        metadata.setComponent(component(
                Component.Type.CONTAINER, "sluice/" + application.component().imageName(), application.version()));
        bill.bom.setMetadata(metadata);
        for (DebianPackage each : packages) {
            bill.add(debian(each));
        }
        Component runtime = component(Component.Type.PLATFORM, "openjdk", java.version());
        runtime.setPublisher(java.maker());
        runtime.setPurl("pkg:generic/openjdk@" + java.version().replace("+", "%2B"));
        bill.add(runtime);
        for (Library each : application.libraries()) {
            bill.add(library(each));
        }
        String content = bill.bom.getComponents().stream()
                .map(each -> each.getPurl() + hashes(each))
                .collect(Collectors.joining("\n", application.component().imageName(), ""));
        bill.bom.setSerialNumber("urn:uuid:" + UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)));
        return bill;
    }

    private static List<String> hashes(Component component) {
        return Optional.ofNullable(component.getHashes()).orElse(List.of()).stream()
                .map(org.cyclonedx.model.Hash::getValue)
                .toList();
    }

    private void add(Component component) {
        component.setBomRef(Optional.ofNullable(component.getPurl()).orElse(component.getName()));
        bom.addComponent(component);
    }

    private static Component debian(DebianPackage each) {
        Component component = component(Component.Type.LIBRARY, each.name(), each.version());
        String upstream = each.source().equals(each.name()) ? "" : "&upstream=" + encoded(each.source());
        component.setPurl("pkg:deb/debian/%s@%s?arch=%s&distro=debian-13%s"
                .formatted(each.name(), encoded(each.version()), each.architecture(), upstream));
        component.addHash(new org.cyclonedx.model.Hash(org.cyclonedx.model.Hash.Algorithm.SHA_256, each.sha256()));
        return component;
    }

    private static String encoded(String text) {
        return text.replace("+", "%2B").replace(":", "%3A").replace("@", "%40");
    }

    private static Component library(Library each) throws IOException {
        Component component = component(Component.Type.LIBRARY, each.artifact(), each.version());
        component.setGroup(each.group());
        component.setPurl("pkg:maven/%s/%s@%s?type=jar".formatted(each.group(), each.artifact(), each.version()));
        component.addHash(
                new org.cyclonedx.model.Hash(org.cyclonedx.model.Hash.Algorithm.SHA_256, Hash.sha256(each.jar())));
        return component;
    }

    private static Component component(Component.Type type, String name, String version) {
        Component component = new Component();
        component.setType(type);
        component.setName(name);
        component.setVersion(version);
        return component;
    }

    public void write(Path file) throws IOException {
        try {
            Files.writeString(
                    file,
                    BomGeneratorFactory.createJson(Version.VERSION_16, bom).toJsonString());
        } catch (GeneratorException failure) {
            throw new IOException("the bill of materials could not be written", failure);
        }
    }
}
