// SPDX-License-Identifier: Apache-2.0

package wall

import "embed"

// Files holds the page that draws a Board, in the folder page: templates, style and script. They load nothing from
// anywhere else.
//
//go:embed page
var Files embed.FS
