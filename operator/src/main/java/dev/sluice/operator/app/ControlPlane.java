package dev.sluice.operator.app;

import dev.sluice.operator.envoy.GatewayBootstrap;
import dev.sluice.operator.envoy.Nack;
import dev.sluice.operator.envoy.XdsServer;
import dev.sluice.operator.extension.ExtensionServer;
import dev.sluice.operator.manifest.ManifestSettings;
import dev.sluice.operator.manifest.ManifestSettings.Owner;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Settings;
import dev.sluice.operator.reconcile.Leadership;
import dev.sluice.operator.reconcile.Reconciliation;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.telemetry.AdminServer;
import dev.sluice.operator.telemetry.Meters;
import dev.sluice.operator.translate.Translator;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A replica of the operator. Each serves Envoys; the leader also writes.
public final class ControlPlane implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    /// The chart's.
    private static final String OWN_DEPLOYMENT = "sluice-operator";

    private final KubernetesClient client;
    private final ControlPlaneConfig config;
    private final Installation installation;
    private final Settings settings = Settings.defaults();
    private final Meters meters = new Meters();
    private final XdsServer xds;
    private final @Nullable ExtensionServer extension;
    private final Translator translator;
    private final AdminServer admin;
    private final Leadership leadership;

    private ControlPlane(KubernetesClient client, ControlPlaneConfig config) throws IOException {
        this.client = client;
        this.config = config;
        this.installation = new Installation(
                config.controllerName(),
                config.picker().scope().picker(config.replica().namespace()),
                false,
                config.serving().extension() != null);
        this.xds = XdsServer.start(
                config.serving().xds(),
                settings,
                nack -> meters.refusal(nack.type()),
                fault -> meters.supervisor().report("xds-rollout", fault));
        this.extension = extension(config.serving().extension());
        this.translator = Translator.start(client, installation, settings, this::publish, meters);
        this.admin = AdminServer.start(config.serving().http(), meters::scrape, translator::isReady);
        this.leadership = config.replica().leaderElection()
                ? Leadership.campaign(
                        client, config.replica().namespace(), config.replica().identity(), this::reconcile, meters)
                : Leadership.unopposed(client, this::reconcile, meters);
    }

    /// Starts serving; an API server that cannot be reached is waited for.
    public static ControlPlane start(KubernetesClient client, ControlPlaneConfig config) throws IOException {
        ControlPlane plane = new ControlPlane(client, config);
        LOG.atInfo()
                .addKeyValue("xds", plane.xdsAddress())
                .addKeyValue("http", plane.httpAddress())
                .log("The operator is serving");
        return plane;
    }

    /// The address where Envoys connect.
    public Plan.Address xdsAddress() {
        return xds.address();
    }

    public InetSocketAddress httpAddress() {
        return admin.address();
    }

    /// Envoys get their configuration from here.
    public boolean isReady() {
        return translator.isReady();
    }

    public boolean isLeader() {
        return leadership.isLeader();
    }

    private @Nullable ExtensionServer extension(ExtensionServer.@Nullable Options options) throws IOException {
        try {
            return options == null ? null : ExtensionServer.start(options, settings);
        } catch (IOException | GeneralSecurityException wrong) {
            xds.close();
            throw new IOException("The extension server for Envoy Gateway cannot start: " + wrong.getMessage(), wrong);
        }
    }

    /// Endpoints come before the routes that lead to them.
    private boolean publish(Plan plan) {
        boolean isNew = xds.publish(plan);
        if (extension != null) {
            extension.publish(plan);
        }
        return isNew;
    }

    private Reconciliation reconcile() {
        ManifestSettings manifests = new ManifestSettings(
                config.replica().namespace(),
                owner(),
                config.images(),
                new ManifestSettings.EnvoySettings(
                        config.envoy(),
                        new GatewayBootstrap(config.serving().advertisedXds()).json(),
                        settings.ports()),
                config.picker());
        return Reconciliation.start(new Reconciliation.Parts(
                client,
                new Reconciliation.Sources(translator, this::refusal),
                new Reconciliation.DesiredState(installation, manifests),
                config.replica().identity(),
                meters,
                Clock.systemUTC()));
    }

    /// Outside of a cluster there is none.
    private Owner owner() {
        Deployment own = client.resources(Deployment.class)
                .inNamespace(config.replica().namespace())
                .withName(OWN_DEPLOYMENT)
                .get();
        return own == null
                ? new Owner.Nobody()
                : new Owner.Of(
                        own.getApiVersion(),
                        own.getKind(),
                        own.getMetadata().getName(),
                        own.getMetadata().getUid());
    }

    private @Nullable String refusal(String gateway) {
        Nack refusal = xds.envoys(gateway).refusal();
        return refusal == null ? null : refusal.message();
    }

    /// Gives the lease away, and then stops to serve.
    @Override
    public void close() {
        leadership.close();
        translator.close();
        admin.close();
        if (extension != null) {
            extension.close();
        }
        xds.close();
    }
}
