using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Servers.Payloads;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Lets an update server serve a release from now on. Again for the same server: another release, or other faults.</summary>
[Keyword("serve", Value = nameof(Server)), Description("Serve a release's update artifacts to the machines from now on, instead of what this server served before.")]
public sealed record ServeStep : Step, IMachinelessStep, IServiceStep
{
    [Description("Name of the update server."), Format("^[a-z][a-z0-9-]{0,31}$", "a server's name of lower-case letters, digits and dashes"), Example("updates")]
    public required string Server { get; init; }

    [Description("Release whose update artifacts are served: a role, or an image with its release."), Format(ReleaseWords.ImagePattern, ReleaseWords.ImageForm), StandsFor(ReleaseWords.Image), Example("candidate")]
    public required string Release { get; init; }

    [Description("What goes wrong with the server's answers.")]
    public IReadOnlyList<PayloadFault> Faults { get; init; } = [];

    ServiceDeclaration IServiceStep.Service => new PayloadDeclaration(Server);

    internal override IEnumerable<string> ImageNames => Faults.OfType<PayloadFault.Swap>().Select(fault => fault.With).Prepend(Release);

    internal override IEnumerable<string> ServedImages => [Release];

    /// <remarks>A foreign signature can be made of a part of a file, too; every other fault is of the file.</remarks>
    internal override IEnumerable<ServedFile> NeededFiles => Faults.SelectMany(fault => ServedFile.Of(fault.Path, alone: fault is not PayloadFault.ForeignSignature));

    private protected override string Describe() => Shorten(string.Join(", ", [$"{Release} by {Server}", .. Faults.Select(fault => $"{fault.GetType().Name} of {fault.Path}")]));

    internal override void DeclareNames(StepChecks checks) => checks.Declare(this, Server, "a server that serves a release");

    async Task<string?> IMachinelessStep.RunAsync(StepContext context, CancellationToken cancellation)
    {
        await context.Services.ApplyAsync(this, cancellation);
        return $"at {context.Services.Address<PayloadService>(Server)}";
    }

    /// <exception cref="Kola.Machines.InputException">An image has no update artifacts.</exception>
    async Task IServiceStep.ApplyAsync(AttemptServices services, CancellationToken cancellation)
    {
        var releases = new ServedReleases(services.Images);
        var service = services.Find<PayloadService>(Server);
        service.Offer(await releases.OfferAsync(this, cancellation), Release, services.Images[Release].Release, releases.Files(Release).Find);
        if (releases.AreByOmaha(Release))
            await service.OfferByOmahaAsync(releases.OmahaOffer(Release, services.Address<PayloadService>(Server)), cancellation);
    }

    /// <summary>Checks the name of a server that a step gives.</summary>
    /// <param name="name"><see langword="null"/>: it gives none.</param>
    /// <param name="key">Where it is given.</param>
    internal static void CheckServer(Step step, string? name, string key, StepChecks checks)
    {
        string[] servers = [.. checks.EverBefore<ServeStep>().Select(serve => serve.Server).Distinct()];
        CheckServer(step, name, key, servers, checks);
    }

    /// <summary>As above, for a step that updates: what it updates from may offer by Omaha, too. Where one server does, a machine that is updated so needs no name.</summary>
    internal static void CheckSource(Step step, string? name, string key, StepChecks checks)
    {
        string[] serving = [.. checks.EverBefore<ServeStep>().Select(serve => serve.Server).Distinct()];
        string[] offering = [.. checks.EverBefore<OfferStep>().Select(offer => offer.Server).Distinct()];
        CheckServer(step, name, key, name is null && offering.Length < 2 ? serving : [.. serving, .. offering], checks);
    }

    private static void CheckServer(Step step, string? name, string key, string[] servers, StepChecks checks)
    {
        if (servers is [])
            checks.Report(step, $"nothing is served before '{step.Kind}'; expected a step 'serve' before it");
        else
            checks.Choose(step, name, servers, "server", $"'{step.Kind}' does not say which server; expected '{key}:'");
    }
}
