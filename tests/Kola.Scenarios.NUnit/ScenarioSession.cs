using System.Reflection;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Scenarios.NUnit;

/// <summary>The host and the engine, opened once for all tests of this process.</summary>
[SetUpFixture]
public sealed class ScenarioSession
{
    private static readonly Lazy<string> CheckoutFolder = new(FindCheckout);
    private static ExecutionHost? host;
    private static RunEngine? engine;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        var locations = ImageLocations.FromEnvironment(CheckoutFolder.Value);
        host = await ExecutionHost.OpenAsync(locations.State, TimeProvider.System, CancellationToken.None);
        var images = new ImageStore(ImageCatalog.Load(Path.Combine(Checkout, "images", "catalog.yaml")), locations, new() { BuildMissing = new() });
        // As kola names itself: what it saves is for the sources that it was built from alone.
        var version = typeof(ScenarioSession).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        engine = new RunEngine(host, images, version, TimeProvider.System);
        await TestContext.Progress.WriteLineAsync($"accelerator: {host.Facts.Accelerator} ({host.Facts.AcceleratorReason}), QEMU {host.Facts.QemuVersion}");
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
    }

    internal static string Checkout => CheckoutFolder.Value;

    internal static IReadOnlyList<ScenarioCase> Discover() =>
        ScenarioCatalog.Discover(Path.Combine(Checkout, "scenarios"), new(new RoleRequest().Cast(ImageCatalog.Load(Path.Combine(Checkout, "images", "catalog.yaml"))))).Select(new());

    internal static async Task<RunResult> RunAsync(ScenarioCase scenario, CancellationToken cancellation)
    {
        var options = new RunOptions { StateFolder = ImageLocations.FromEnvironment(Checkout).State, Checkout = Checkout };
        var plan = await engine!.PlanAsync([scenario], options, null, cancellation);
        return await engine.ExecuteAsync(plan, null, cancellation);
    }

    /// <summary>Everything that is recorded of a scenario, whatever becomes of it.</summary>
    internal static async Task<IReadOnlyList<RunEvent>> RecordAsync(ScenarioCase scenario, bool cold, CancellationToken cancellation)
    {
        var options = new RunOptions { StateFolder = ImageLocations.FromEnvironment(Checkout).State, Checkout = Checkout, Cold = cold };
        var plan = await engine!.PlanAsync([scenario], options, null, cancellation);
        var records = new List<RunEvent>();
        await engine.ExecuteAsync(plan, records.Add, cancellation);
        return records;
    }

    private static string FindCheckout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Kola.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"no Kola.sln above {AppContext.BaseDirectory}; run these tests from a checkout");
    }
}
