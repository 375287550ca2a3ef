using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Servers.Omaha;
using Kola.Yaml;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Lets an Omaha server offer a release from now on, whose files a step <c>serve</c> serves. Again for the same server: another release, or other faults; what machines have said is kept.</summary>
[Keyword("offer", Value = nameof(Server))]
[Description("Offer a release by the Omaha protocol (update_engine, Nebraska's clients) from now on, instead of what this server offered before. For the machines the first server is at http://10.0.2.180:8080/v1/update/, the next at 10.0.2.181; before the step it has no update.")]
public sealed record OfferStep : Step, IMachinelessStep, IServiceStep
{
    [Description("Name of the Omaha server."), Format("^[a-z][a-z0-9-]{0,31}$", "a server's name of lower-case letters, digits and dashes"), Example("omaha")]
    public required string Server { get; init; }

    [Description("Release that is offered: a role, or an image with its release. A step 'serve' before must serve it. Default: none, there is no update."), Format(ReleaseWords.ImagePattern, ReleaseWords.ImageForm), StandsFor(ReleaseWords.Image), Example("candidate")]
    public string? Release { get; init; }

    [Description("The application's id. Default: Flatcar's."), Format(@"^\S+$", "an id")]
    public string App { get; init; } = OmahaApp.Flatcar;

    [Description("Group (track) of the machines that it is offered to; others are told that their group is unknown. Default: all."), Example("stable")]
    public string? Group { get; init; }

    [Description("To how many of the machines it is offered, in percent: those with the lowest hashes of machine and version."), Range(0, 100)]
    public int Percent { get; init; } = 100;

    [Description("true: the roll-out is paused, which Nebraska answers with an error; update_engine reports 34.")]
    public bool Paused { get; init; }

    [Description("true: offered to machines that run a later version, too.")]
    public bool Downgrades { get; init; }

    [Description("What goes wrong with the server's answers.")]
    public IReadOnlyList<OmahaFault> Faults { get; init; } = [];

    ServiceDeclaration IServiceStep.Service => new OmahaDeclaration(Server);

    internal override IEnumerable<string> ImageNames => [.. Release is null ? (string[])[] : [Release], .. Flips];

    internal override IEnumerable<string> ServedImages => Release is null ? [] : [Release];

    private IEnumerable<string> Flips => Faults.OfType<OmahaFault.Flip>().Select(flip => flip.With);

    private protected override string Describe() =>
        Shorten(string.Join(", ", [$"{Release ?? "nothing"} by {Server}", .. Percent < 100 ? (string[])[$"{Percent} %"] : [], .. Paused ? (string[])["paused"] : [], .. Faults.Select(fault => fault.Call is OmahaCall.Check ? fault.Title : $"{fault.Title} for {fault.Call.Word()}")]));

    internal override void DeclareNames(StepChecks checks) => checks.Declare(this, Server, "an Omaha server");

    internal override void Check(StepChecks checks)
    {
        if (Release is null && (Group is not null || Percent < 100 || Paused || Downgrades))
            checks.Report(this, "'group', 'percent', 'paused' and 'downgrades' say how a release is offered, and none is; expected 'release'");
        // What a server serves is what the last step about it says.
        string[] served = [.. checks.EverBefore<ServeStep>().GroupBy(serve => serve.Server).Select(steps => steps.Last().Release).Distinct()];
        foreach (var missing in ImageNames.Except(served))
            checks.Report(this, $"no server serves {missing} at 'offer'{(served is [] ? "" : $" (served: {string.Join(", ", served)})")}; expected a step 'serve' with 'release: {missing}' before it");
    }

    async Task<string?> IMachinelessStep.RunAsync(StepContext context, CancellationToken cancellation)
    {
        await context.Services.ApplyAsync(this, cancellation);
        return $"at {context.Services.Address<OmahaService>(Server)}v1/update/";
    }

    /// <exception cref="Kola.Machines.InputException">An image has no update artifacts.</exception>
    Task IServiceStep.ApplyAsync(AttemptServices services, CancellationToken cancellation)
    {
        var releases = new ServedReleases(services.Images);
        OmahaOffer Of(string image) => releases.OmahaOffer(image, services.Address<PayloadService>(services.All<PayloadService>().First(service => service.Image == image).Name)) with { App = App };
        var server = services.Find<OmahaService>(Server).Server;
        server.Offer(Release is null ? [] : [Of(Release) with { Group = Group, Percent = Percent, Paused = Paused, Downgrades = Downgrades }]);
        server.Order(Faults, Flips.Distinct().ToDictionary(image => image, Of));
        return Task.CompletedTask;
    }
}
