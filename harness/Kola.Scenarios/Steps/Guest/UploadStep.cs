using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Writes a file in the guest.</summary>
[Keyword("upload"), Description("Write a file in the guest."), ExactlyOneOf("from", "content")]
public sealed record UploadStep : Step, IMachineStep
{
    /// <summary>Absolute path on the host after loading.</summary>
    [Description("File on the host, relative to the scenario file."), FilePath]
    public string? From { get; init; }

    [Description("Content of the file.")]
    public string? Content { get; init; }

    [Description("Absolute path in the guest."), Format("^/", "an absolute path")]
    public required string To { get; init; }

    [Description("Permission bits, four octal digits."), Example("\"0644\"")]
    public UnixMode? Mode { get; init; }

    /// <summary>What is empty after any boot, or no file system of the machine's own data.</summary>
    private static readonly string[] Volatile = ["/run/", "/tmp/", "/dev/", "/proc/", "/sys/", "/boot/", "/efi/"];

    private protected override string Describe() => To;

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var (source, target) = (From, context.Live.Filled(To));
        if (source is null)
        {
            source = Path.Combine(context.Folder, $".upload-{Guid.NewGuid():N}");
            await File.WriteAllTextAsync(source, Content, cancellation);
        }

        try
        {
            await context.Live.Machine.GuardAsync($"the upload of {To}", context.GuardBound, async c =>
            {
                await context.Live.Ssh.UploadAsync(source, target, Mode?.Bits, context.Bound, c);
                return true;
            }, cancellation);
            if (!Volatile.Any(folder => target.StartsWith(folder, StringComparison.Ordinal)))
                context.Live.Watched.Add(target);
        }
        finally
        {
            if (From is null)
                File.Delete(source);
        }

        return null;
    }
}
