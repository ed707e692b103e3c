#include <zint.h>

// The modules lie in an array of 28,800 bytes inside the struct, which Swift would see as a tuple of that many members.
// Eight modules a byte, the leftmost in the lowest bit. Outside the symbol every module is light.
static inline int kiosk_zint_is_dark(const struct zint_symbol *symbol, int x, int y) {
    if (x < 0 || y < 0 || x >= symbol->width || y >= symbol->rows) return 0;
    if (x >= 8 * (int)sizeof symbol->encoded_data[0] || y >= (int)(sizeof symbol->encoded_data / sizeof symbol->encoded_data[0]))
        return 0;
    return symbol->encoded_data[y][x / 8] >> (x % 8) & 1;
}
