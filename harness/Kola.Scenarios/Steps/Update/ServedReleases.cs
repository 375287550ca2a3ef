using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Images;
using Kola.Machines.Images.Releases;
using Kola.Scenarios.Live;
using Kola.Servers.Omaha;
using Kola.Servers.Payloads;

namespace Kola.Scenarios.Steps.Update;

/// <summary>From what a scenario serves to what a server offers.</summary>
internal sealed class ServedReleases(IReadOnlyDictionary<string, ResolvedImage> images)
{
    /// <exception cref="InputException">An image has no update artifacts.</exception>
    /// <exception cref="HostException">A foreign signature cannot be made.</exception>
    public async Task<PayloadOffer> OfferAsync(ServeStep step, CancellationToken cancellation)
    {
        var (folder, manifest) = Release(step.Release);
        var files = Files(step.Release);
        PayloadFault[] faults = [.. step.Faults.Select(fault => fault with { Path = files.Named(fault.Path) })];
        var signatures = new Dictionary<string, byte[]>();
        foreach (var fault in faults.OfType<PayloadFault.ForeignSignature>())
            signatures[fault.Path] = manifest.Artifacts.Any(artifact => artifact.Kind == "bundle" && artifact.File == fault.Path)
                ? SignBundle(Path.Combine(folder, fault.Path))
                : await SignAsync(Path.Combine(folder, Path.GetFileNameWithoutExtension(fault.Path)), cancellation);
        return new()
        {
            Folder = folder,
            Files = manifest.Served(folder),
            Faults = faults,
            Counterparts = step.Faults.OfType<PayloadFault.Swap>().Select(fault => fault.With).Distinct().ToDictionary(image => image, IReadOnlyDictionary<string, string> (image) => Counterparts(image, manifest)),
            ForeignSignatures = signatures,
        };
    }

    /// <summary>Whether machines that run the release look for updates by the Omaha protocol.</summary>
    public bool AreByOmaha(string image) => MachineMapping.Adapter(images[image]) is IUpdatingGuest { Protocol: UpdateProtocol.Omaha };

    /// <summary>A release as an Omaha server offers it: its update files, the payload first.</summary>
    /// <param name="codebase">Where they are served.</param>
    /// <inheritdoc cref="OfferAsync" path="/exception[1]"/>
    public OmahaOffer OmahaOffer(string image, Uri codebase)
    {
        var (_, manifest) = Release(image);
        var kind = (MachineMapping.Adapter(images[image]) as IUpdatingGuest)?.Artifacts.GetValueOrDefault(ArtifactRole.Payload)?.Kind;
        return new()
        {
            Version = manifest.Version,
            Codebase = codebase.ToString(),
            Packages = [.. manifest.Artifacts.OrderByDescending(artifact => artifact.Kind == kind).ThenByDescending(artifact => artifact.Size).Select(artifact => new OmahaPackage(artifact.File, artifact.Size, artifact.Sha256.ToLowerInvariant()))],
        };
    }

    /// <summary>A release's update files by what they are for.</summary>
    /// <param name="image">By its name in the scenario.</param>
    public ServedFiles Files(string image) => new(images[image], Release(image).Manifest);

    private (string Folder, ReleaseManifest Manifest) Release(string image) =>
        images[image].ReleaseFolder is { } folder && ReleaseManifest.Read(folder) is { Artifacts.Count: > 0 } manifest
            ? (folder, manifest)
            : throw new InputException($"image {image} is not a release with update artifacts, so it cannot be served; expected one that a recipe below images/ builds");

    /// <summary>Another release's files by the names of this release's: artifacts by their kind.</summary>
    private Dictionary<string, string> Counterparts(string image, ReleaseManifest manifest)
    {
        var (folder, other) = Release(image);
        // A manifest has the same name in every release.
        var files = other.ManifestsIn(folder).ToDictionary(name => name, name => Path.Combine(folder, name));
        foreach (var artifact in manifest.Artifacts)
            if (other.Artifacts.FirstOrDefault(counterpart => counterpart.Kind == artifact.Kind) is { } found)
                files[artifact.File] = Path.Combine(folder, found.File);
        return files;
    }

    /// <summary>A bundle carries its signature: all of it is served with another.</summary>
    private static byte[] SignBundle(string file)
    {
        try
        {
            return ForeignBundle.Sign(file);
        }
        catch (IOException e)
        {
            throw new InputException(e.Message);
        }
    }

    /// <summary>A signature of a file by an untrusted key.</summary>
    /// <inheritdoc cref="OfferAsync" path="/exception"/>
    private static async Task<byte[]> SignAsync(string file, CancellationToken cancellation)
    {
        if (!File.Exists(file))
            throw new InputException($"{file} does not exist, so there is nothing to sign; expected the signature's file name in 'foreign-signature', such as SHA256SUMS.gpg");
        try
        {
            return await ForeignSignature.SignAsync(file, cancellation);
        }
        catch (IOException e)
        {
            throw new HostException(e.Message, e);
        }
    }
}
