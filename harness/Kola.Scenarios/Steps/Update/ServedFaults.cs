using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using Kola.Scenarios.Model;
using Kola.Servers.Payloads;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Update;

/// <summary>What goes wrong with a server's answers: a closed union. The keyword's value says with which files.</summary>
public abstract record ServedFault
{
    private protected ServedFault() { }

    [Description("Which files: a name, in which * stands for any characters."), Example("'*.usr.*'")]
    public string Path { get; init; } = "*";

    [Description("For how many requests, the first ones. Default: all."), Range(1, 1000)]
    public int? Times { get; init; }

    /// <summary>For people, on one short line.</summary>
    [Unwritten]
    public string Title => $"{GetType().Name.Replace("Fault", "", StringComparison.Ordinal)} of {Path}";

    /// <summary>What the server does; which files and how often is added.</summary>
    /// <exception cref="Kola.Machines.InputException">What it needs is not there.</exception>
    internal abstract Task<PayloadFault> ActAsync(ServedRelease release, CancellationToken cancellation);

    private protected static Task<PayloadFault> As(PayloadFault fault) => Task.FromResult(fault);
}

[Keyword("bit-flip", Value = nameof(Path)), Description("One bit is the other way round.")]
public sealed record BitFlipFault : ServedFault
{
    [Description("Where: a size, a percentage, or random (by the run's seed).")]
    public Extent At { get; init; } = Extent.Anywhere;

    internal override Task<PayloadFault> ActAsync(ServedRelease release, CancellationToken cancellation) => As(new PayloadFault.BitFlip(At));
}

[Keyword("truncate", Value = nameof(Path)), Description("The file ends early, and the length that is told agrees with that.")]
public sealed record TruncateFault : ServedFault
{
    [Description("After how much of the file.")]
    public Extent After { get; init; } = Extent.Anywhere;

    internal override Task<PayloadFault> ActAsync(ServedRelease release, CancellationToken cancellation) => As(new PayloadFault.Truncate(After));
}

[Keyword("wrong-length", Value = nameof(Path)), Description("More is promised than comes.")]
public sealed record WrongLengthFault : ServedFault
{
    [Description("How much does not come.")]
    public Size By { get; init; } = new(1);

    internal override Task<PayloadFault> ActAsync(ServedRelease release, CancellationToken cancellation) => As(new PayloadFault.WrongLength(By.Bytes));
}

[Keyword("stall", Value = nameof(Path)), Description("Nothing more comes, and the connection stays open.")]
public sealed record StallFault : ServedFault
{
    [Description("After how much of the file.")]
    public Extent After { get; init; } = Extent.Anywhere;

    [Description("How long, in real time; then it goes on. Default: for ever.")]
    public TimeSpan? For { get; init; }

    internal override Task<PayloadFault> ActAsync(ServedRelease release, CancellationToken cancellation) => As(new PayloadFault.Stall(After, For));
}

[Keyword("throttle", Value = nameof(Path)), Description("It comes slowly.")]
public sealed record ThrottleFault : ServedFault
{
    [Description("How much in a second, in real time."), Example("1MiB")]
    public required Size Rate { get; init; }

    internal override Task<PayloadFault> ActAsync(ServedRelease release, CancellationToken cancellation) => As(new PayloadFault.Throttle(Rate.Bytes));
}

[Keyword("reset", Value = nameof(Path)), Description("The connection is torn down.")]
public sealed record ResetFault : ServedFault
{
    [Description("After how much of the file.")]
    public Extent After { get; init; } = Extent.Anywhere;

    internal override Task<PayloadFault> ActAsync(ServedRelease release, CancellationToken cancellation) => As(new PayloadFault.Reset(After));
}

[Keyword("status", Value = nameof(Path)), Description("An HTTP status instead of the file.")]
public sealed record StatusFault : ServedFault
{
    [Description("The status: 404 for a file that is missing."), Range(400, 599)]
    public required int Code { get; init; }

    internal override Task<PayloadFault> ActAsync(ServedRelease release, CancellationToken cancellation) => As(new PayloadFault.Status(Code));
}

[Keyword("redirect", Value = nameof(Path)), Description("The client is sent elsewhere.")]
public sealed record RedirectFault : ServedFault
{
    [Description("A URL, absolute or from the server's root."), Format(@"^(/|http://)\S*$", "a URL")]
    public required string To { get; init; }

    internal override Task<PayloadFault> ActAsync(ServedRelease release, CancellationToken cancellation) => As(new PayloadFault.Redirect(To));
}

[Keyword("rewrite", Value = nameof(Path)), Description("Other content under the same name.")]
public sealed record RewriteFault : ServedFault
{
    [Description("The content.")]
    public required string Content { get; init; }

    internal override Task<PayloadFault> ActAsync(ServedRelease release, CancellationToken cancellation) => As(new PayloadFault.Substitute(Encoding.UTF8.GetBytes(Content), "rewritten"));
}

[Keyword("swap", Value = nameof(Path)), Description("The content of another release's file of the same kind, under this release's name.")]
public sealed record SwapFault : ServedFault
{
    [Description("The other release: a role, or an image with its release."), Format(ReleaseRoles.ImagePattern, ReleaseRoles.ImageForm), StandsFor(ReleaseRoles.Image), Example("previous")]
    public required string With { get; init; }

    internal override Task<PayloadFault> ActAsync(ServedRelease release, CancellationToken cancellation) => As(new PayloadFault.Swap(release.Releases.Counterparts(With, release.Manifest), $"as of {With}"));
}

[Keyword("foreign-signature", Value = nameof(Path)), Description("A valid signature by a key that is not trusted. The name is the signature's; what is signed has the same name without its last extension.")]
public sealed record ForeignSignatureFault : ServedFault
{
    internal override async Task<PayloadFault> ActAsync(ServedRelease release, CancellationToken cancellation) => new PayloadFault.Substitute(
        await ServedReleases.ForeignAsync(System.IO.Path.Combine(release.Folder, System.IO.Path.GetFileNameWithoutExtension(Path)), cancellation), "signed by another key");
}
