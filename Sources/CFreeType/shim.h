#include <ft2build.h>
#include FT_FREETYPE_H

// FreeType puts these together by macros that Swift cannot read. Pure black and white, hinted for it, and never the small
// pictures that some fonts carry beside their outlines, which would look like another font at one size.
static const FT_Int32 kiosk_load_black_and_white = FT_LOAD_RENDER | FT_LOAD_TARGET_MONO | FT_LOAD_NO_BITMAP;
